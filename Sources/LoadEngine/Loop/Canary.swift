internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// Measures how late the loop is: a second thread writes the time of each beat into a socket pair, and the loop's delay
/// in reading it is the delay with which it reads everybody else.
///
/// The time is the intended one of the beat, whenever the thread came to write it: a machine too busy to run the thread
/// is late as well, and beats that it missed are written all the same.
/// - Isolation: loop
package final class Canary {
    /// The time from one beat to the next.
    package static let intervalNs = 10 * Nanoseconds.perMillisecond
    /// How many beats are written, and read, at a time.
    fileprivate static let batch = 64

    private let loop: EventLoop
    private let record: (UInt64) -> Void
    private let descriptor: Int32
    private let watcher: UnsafeMutablePointer<ev_io>
    private let beats = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: batch)
    /// The bytes of a beat that was read in part: 0 to 7.
    private var partialCount = 0

    /// Starts the thread and begins to listen to it.
    ///
    /// - Parameters:
    ///   - loop: The loop that is measured.
    ///   - record: Called on the loop for each beat with the delay in nanoseconds.
    /// - Throws: `EngineError` when the system gives no descriptors or no thread.
    package init(on loop: EventLoop, record: @escaping (UInt64) -> Void) throws(EngineError) {
        var pair: (Int32, Int32) = (-1, -1)
        let code = withUnsafeMutableBytes(of: &pair) { ends in
            socketpair(
                AF_UNIX,
                Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue),
                0,
                ends.baseAddress?.assumingMemoryBound(to: Int32.self)
            )
        }
        guard code == 0 else {
            throw EngineError(operation: "measure the loop's delay", reason: SystemError.text(of: errno))
        }
        let reading = pair.0
        let writing = pair.1
        do {
            try CanaryBeat.start(into: writing)
        } catch {
            Glibc.close(reading)
            Glibc.close(writing)
            throw error
        }
        self.loop = loop
        self.record = record
        descriptor = reading
        watcher = .allocate(capacity: 1)
        watcher.initialize(to: ev_io())
        cload_io_init(watcher, LoopCallbacks.canaryReady, reading, Int32(EV_READ), contextPointer(of: self))
        ev_io_start(loop.raw, watcher)
    }

    /// Ends the thread and frees everything; the object cannot be used afterwards.
    package func close() {
        ev_io_stop(loop.raw, watcher)
        watcher.deallocate()
        beats.deallocate()
        // The thread's next write fails, and ends it.
        Glibc.close(descriptor)
    }

    func didBecomeReady() {
        let bytes = UnsafeMutableRawBufferPointer(beats)
        let room = UnsafeMutableRawBufferPointer(rebasing: bytes[partialCount...])
        let received = recv(descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        guard received > 0 else { return }
        let nowNs = EventLoop.nowNs
        let count = partialCount + received
        for index in 0..<count / 8 { record(nowNs - min(beats[index], nowNs)) }
        partialCount = count % 8
        // Moved to the front, where the next part follows it.
        for index in 0..<partialCount { bytes[index] = bytes[count - partialCount + index] }
    }
}

/// The thread that the canary listens to.
private enum CanaryBeat {
    /// Starts the thread.
    ///
    /// - Parameter descriptor: What it writes into, and closes in the end.
    /// - Throws: `EngineError` when the system gives no thread.
    static func start(into descriptor: Int32) throws(EngineError) {
        try LoopThread.start { beat(into: descriptor) }
    }

    /// Writes the intended time of each beat until nobody reads any more.
    private static func beat(into descriptor: Int32) {
        cload_thread_wake_exactly()
        defer { Glibc.close(descriptor) }
        var beats: [UInt64] = []
        beats.reserveCapacity(Canary.batch)
        var nextNs = EventLoop.nowNs + Canary.intervalNs
        while true {
            var wake = timespec(
                tv_sec: Int(nextNs / Nanoseconds.perSecond),
                tv_nsec: Int(nextNs % Nanoseconds.perSecond)
            )
            while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nil) == EINTR {}
            let nowNs = EventLoop.nowNs
            beats.removeAll(keepingCapacity: true)
            while nextNs <= nowNs, beats.count < Canary.batch {
                beats.append(nextNs)
                nextNs += Canary.intervalNs
            }
            guard beats.withUnsafeBytes({ send($0, to: descriptor) }) else { return }
        }
    }

    /// Writes everything; false when nobody reads any more.
    private static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let sent = Glibc.send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
