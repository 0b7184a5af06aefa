internal import CLoad

/// The functions that the loop calls for the engine.
enum EngineCallbacks {
    static let wake: cload_async_callback = { _, watcher, _ in
        withContext(watcher.unsafelyUnwrapped.pointee.data, as: Engine.self) { $0.didWake() }
    }

    static let publish: cload_timer_callback = { _, watcher, _ in
        withContext(watcher.unsafelyUnwrapped.pointee.data, as: Engine.self) { $0.publishDue() }
    }
}
