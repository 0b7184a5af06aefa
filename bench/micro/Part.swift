import Allocations
import LoadEngine

/// Something that is done very many times, and what it costs.
struct Part {
    /// What is done, for people.
    let name: String
    /// How many events one `run` is.
    let events: Int
    /// Does all of it; the same work in every call.
    let run: () -> Void

    /// Nanoseconds per event in one run.
    func timed() -> Double {
        let beganNs = EventLoop.nowNs
        run()
        return Double(EventLoop.nowNs - beganNs) / Double(events)
    }

    /// Allocations per event in one run.
    func allocations() -> Double {
        let before = allocations_count()
        run()
        return Double(allocations_count() - before) / Double(events)
    }
}

/// What was measured of a part.
struct Measured: Encodable {
    let name: String
    let nsPerEvent: [Double]
    let allocationsPerEvent: Double
}
