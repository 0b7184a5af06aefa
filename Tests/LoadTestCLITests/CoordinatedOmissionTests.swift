import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

/// What a closed model hides, and an open one shows: those who would have come while a server hung.
@Suite("Coordinated omission", .timeLimit(.minutes(5)), .amongFew)
struct CoordinatedOmissionTests {
    private struct Turn: Decodable {
        var ttft_ms: Double
        var queue_delay_ms: Double
    }

    /// The value that 99 % do not exceed.
    private func p99(_ values: [Double]) -> Double {
        let rank = Int((0.99 * Double(values.count)).rounded(.up))
        return values.sorted()[rank - 1]
    }

    @Test("is seen in the times from the intended start, and hidden in those from the send: both as the event log has them")
    func hanging() async throws {
        let arguments = ["mock", "--port", "0", "--events", "2", "--first-token", "5ms", "--interval", "1ms"]
        let files = try TemporaryFolder.data(invocations: 500)
        let (log, file) = (files.path + "/events", files.path + "/summary")
        func lines() throws -> Int {
            guard let bytes = FileManager.default.contents(atPath: log) else { return 0 }
            return bytes.count { $0 == UInt8(ascii: "\n") }
        }
        _ = try await Program.loadtest.run(arguments) { mock in
            defer { mock.send(SIGKILL) }
            let url = try await mock.firstLine()
            let processID = mock.processID
            let options =
                ["--headless", "-H", url, "--data", files.path + "/a.json", "--summary", file, "--events", log]
                + ["--arrival-rate", "50/s", "--max-users", "2", "--max-error", "1h"]
            let result = try await Program.loadtest.run(options) { _ in
                let isRunning = try await becomesTrue { try lines() > 100 }
                try #require(isRunning)
                kill(processID, SIGSTOP)
                // It hangs for that long: no wait for anything.
                try await Task.sleep(for: .seconds(2))
                kill(processID, SIGCONT)
            }
            #expect(result.exitCode == 0, "\(result.errors)")
        }
        let turns = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Turn.self, from: Data($0.utf8))
        }
        #expect(turns.count == 500)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        let sent = try #require(summary.metrics["ttft"])
        let intended = try #require(summary.metrics["intended_ttft"])
        // Histograms have three digits.
        let sentByHand = p99(turns.map(\.ttft_ms))
        #expect(abs(sent.p99Ms - sentByHand) <= 0.002 * sentByHand + 0.002, "\(sent.p99Ms) \(sentByHand)")
        let intendedByHand = p99(turns.map { $0.ttft_ms + $0.queue_delay_ms })
        #expect(abs(intended.p99Ms - intendedByHand) <= 0.002 * intendedByHand + 0.002, "\(intended.p99Ms) \(intendedByHand)")
        // A hundred have come meanwhile, and two were on their way.
        #expect(turns.count { $0.ttft_ms > 1_500 } <= 2)
        #expect(turns.count { $0.ttft_ms + $0.queue_delay_ms > 1_500 } >= 15)
        #expect(intended.p99Ms > 1_500 && sent.p99Ms < intended.p99Ms / 2)
        #expect(summary.result.total[.conversationsDelayed] >= 50)
    }
}
