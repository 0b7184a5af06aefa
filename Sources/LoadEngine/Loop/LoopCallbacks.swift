/// Recovers the object behind a C callback's context, without reference counting.
///
/// - Parameters:
///   - raw: What `contextPointer(of:)` gave; the object must be alive.
///   - type: The object's class.
///   - body: Called with the object, which is valid only during the call.
/// - Returns: What `body` returned.
@inline(__always)
package func withContext<T: AnyObject, R>(
    _ raw: UnsafeMutableRawPointer?,
    as type: T.Type,
    _ body: (T) -> R
) -> R {
    // Safety: every context is set by its owner, before the callback can come, and outlives the C handle.
    Unmanaged<T>.fromOpaque(raw.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
}

/// The address of an object as a C callback's context.
///
/// It does not keep the object alive: its owner does.
package func contextPointer(of object: AnyObject) -> UnsafeMutableRawPointer {
    Unmanaged.passUnretained(object).toOpaque()
}

/// The function that a new thread begins with.
enum LoopCallbacks {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        // Safety: `retainedContext` made it, for this one thread.
        Unmanaged<Body>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue().run()
        return nil
    }

    static func retainedContext(_ body: @escaping () -> Void) -> UnsafeMutableRawPointer {
        Unmanaged.passRetained(Body(body)).toOpaque()
    }

    static func releaseContext(_ context: UnsafeMutableRawPointer) {
        Unmanaged<Body>.fromOpaque(context).release()
    }
}
