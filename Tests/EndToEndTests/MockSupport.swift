import Foundation
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A quick server: a test that needs its pace sets it.
func startMock(
    events: Int = 4,
    firstToken: Duration = .milliseconds(1),
    interval: Duration = .milliseconds(1),
    fault: Fault? = nil,
    _ change: (inout MockConfiguration) -> Void = { _ in }
) throws -> MockServer {
    var configuration = MockConfiguration()
    configuration.script.events = events
    configuration.script.firstToken = firstToken
    configuration.script.interval = interval
    if let fault { configuration.script.faults = [FaultShare(fault, percent: 100)] }
    change(&configuration)
    return try MockServer(configuration)
}

/// Waits until a condition holds that another thread makes true; false after ten seconds.
func becomesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        poll(nil, 0, 1)
    }
    // Once more: the last look may have been long ago, where tests wait for each other.
    return try condition()
}

/// One event of the mock assistant.
struct MockEvent: Decodable {
    var seq: Int
    var sent_ns: UInt64
    var text: String

    /// The event in a chunk, nil when it is something else.
    init?(_ chunk: [UInt8]) {
        let text = String(decoding: chunk, as: UTF8.self)
        guard text.hasPrefix("data: "), text.hasSuffix("\n\n"),
            let event = try? JSONDecoder().decode(Self.self, from: Data(text.dropFirst(6).dropLast(2).utf8))
        else { return nil }
        self = event
    }
}

/// One line of the mock assistant's log.
struct MockLogLine: Decodable {
    var session: String
    var path: String
    var fault: String
    var events: Int
    var completed: Bool
    var accepted_ns: UInt64
    var request_ns: UInt64
    var first_event_ns: UInt64?
    var end_ns: UInt64
    var sent_ns: [UInt64]?
    var sent_ns_left_out: Int?
    var process: Int?
    var api: String?
    var messages: Int?
    var roles: [String: Int]?
    var has_system: Bool?
    var sent_id: String?
    var given_id: String?
    var reasoning_events: Int?
    var first_reasoning_ns: UInt64?
    var input_tokens: Int?
    var output_tokens: Int?
    var reasoning_tokens: Int?
    var finish_reason: String?
}

/// A log file in a folder of its own, removed with it.
final class MockLogFile {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "mock-\(UUID().uuidString).log"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The lines written so far; a line is written whole.
    func lines() throws -> [MockLogLine] {
        let file = try #require(FileHandle(forReadingAtPath: path))
        let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(MockLogLine.self, from: Data($0.utf8)) }
    }

    /// The lines, once there are as many.
    func lines(count: Int) throws -> [MockLogLine] {
        _ = try becomesTrue { try lines().count >= count }
        return try lines()
    }
}
