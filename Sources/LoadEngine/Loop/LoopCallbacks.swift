internal import CLoad

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

/// A closure as the context of a C callback.
/// - Isolation: loop
final class LoopAction {
    let run: () -> Void

    init(_ run: @escaping () -> Void) {
        self.run = run
    }
}

/// The functions that libev and new threads begin with.
enum LoopCallbacks {
    static let timer: cload_timer_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopAction.self) { $0.run() }
    }

    static let wake: cload_async_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopAction.self) { $0.run() }
    }

    static let willWait: cload_prepare_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopAction.self) { $0.run() }
    }

    static let idle: cload_idle_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopAction.self) { $0.run() }
    }

    static let waitEnded: cload_check_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopIterations.self) { $0.didEndWait() }
    }

    static let waitBegins: cload_prepare_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: LoopIterations.self) { $0.willWait() }
    }

    static let canaryReady: cload_io_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: Canary.self) { $0.didBecomeReady() }
    }

    static let exactTimer: cload_io_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: ExactTimer.self) { $0.didFire() }
    }

    static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        // Safety: `retainedContext` made it, for this one thread.
        Unmanaged<LoopAction>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue().run()
        return nil
    }

    static func retainedContext(_ body: @escaping () -> Void) -> UnsafeMutableRawPointer {
        Unmanaged.passRetained(LoopAction(body)).toOpaque()
    }

    static func releaseContext(_ context: UnsafeMutableRawPointer) {
        Unmanaged<LoopAction>.fromOpaque(context).release()
    }
}
