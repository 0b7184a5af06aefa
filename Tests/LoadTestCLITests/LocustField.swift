import Foundation
import LoadEngine
import LoadModel
import LoadReports
import MockAssistant
import TestSupport
import Testing

/// A real master of Locust, workers of it, and the mock that they play against.
///
/// Everything that was started is ended, whatever a test throws.
final class LocustField {
    static let python = PythonEnvironment(name: "locust-venv")

    let folder: TemporaryFolder
    let mock: MockServer
    let port: UInt16
    private let webPort: UInt16
    private var all: [RunningProgram] = []
    private(set) var workers: [RunningProgram] = []
    /// As many turns as the name says, in this order of invocations.
    private let invocations: [Int]

    /// Plays a test.
    ///
    /// - Parameters:
    ///   - invocations: How many there are of a conversation of one turn, of one of two turns, and so on.
    ///   - script: What the mock's answers are like.
    ///   - body: The test.
    static func play(
        invocations: [Int],
        _ script: (inout MockConfiguration) -> Void = { _ in },
        body: (LocustField) async throws -> Void
    ) async throws {
        try await ProgramGate.pass {
            let field = try LocustField(invocations, script)
            do {
                try await body(field)
                await field.end()
            } catch {
                await field.end()
                throw error
            }
        }
    }

    private init(_ invocations: [Int], _ script: (inout MockConfiguration) -> Void) throws {
        self.invocations = invocations
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        for (index, count) in invocations.enumerated() {
            let turns = Array(repeating: #"{"role": "user", "content": "Hi"}"#, count: index + 1).joined(separator: ",")
            try folder.write(
                #"{"name": "talk of \#(index + 1)", "invocations": \#(count), "conversation": [\#(turns)]}"#,
                to: "data/\(index).json"
            )
        }
        var configuration = MockConfiguration()
        configuration.script.events = 4
        configuration.script.firstToken = .milliseconds(10)
        configuration.script.interval = .milliseconds(10)
        configuration.script.seed = 7
        configuration.logPath = "\(folder.path)/mock.log"
        script(&configuration)
        mock = try MockServer(configuration)
        let ports = try FreePort.several(2)
        (port, webPort) = (ports[0], ports[1])
    }

    private func end() async {
        for program in all { await program.kill() }
        mock.stop()
    }

    var data: String { "\(folder.path)/data" }

    // MARK: Programs

    /// Writes the master's locustfile, as a user does.
    func writeLocustfile() async throws {
        let result = try await Program.loadtest.run("locustfile", "--data", data)
        #expect(result.exitCode == 0, "\(result.errors)")
        try folder.write(result.output, to: "locustfile.py")
    }

    /// Starts a master that begins by itself when as many workers are there.
    func startMaster(users: Int, spawnRate: Int = 100, workers: Int, _ more: [String] = []) async throws
        -> RunningProgram
    {
        try await startMaster(
            ["--headless", "-u", "\(users)", "-r", "\(spawnRate)", "--expect-workers", "\(workers)"] + more
        )
    }

    /// Starts a master with a page, by whose REST interface it is told what to do.
    func startWebMaster(_ more: [String] = []) async throws -> (master: RunningProgram, web: WebProgram) {
        let master = try await startMaster(["--web-host", "127.0.0.1", "--web-port", "\(webPort)"] + more)
        let web = WebProgram(url: "http://127.0.0.1:\(webPort)", processID: master.processID)
        try await master.complains("Starting web interface")
        let answers = try await becomesTrue {
            let arguments = ["curl", "-sf", "-o", "/dev/null", web.url + "/worker-count"]
            return try await Program(path: "/usr/bin/env").run(arguments).exitCode == 0
        }
        #expect(answers)
        return (master, web)
    }

    private func startMaster(_ more: [String]) async throws -> RunningProgram {
        if !FileManager.default.fileExists(atPath: "\(folder.path)/locustfile.py") { try await writeLocustfile() }
        return try await startLocust(
            [
                "-f", "\(folder.path)/locustfile.py", "--master", "--master-bind-host", "127.0.0.1",
                "--master-bind-port", "\(port)", "-H", mock.url,
            ] + more
        )
    }

    func startLocust(_ arguments: [String]) async throws -> RunningProgram {
        let command = Self.python.command(["-m", "locust"] + arguments)
        let program = try await RunningProgram.start(
            Program(path: command[0]),
            Array(command.dropFirst()),
            environment: ["PYTHONUTF8": "1"]
        )
        all.append(program)
        return program
    }

    /// Starts further workers, each of which writes a summary of its own.
    func startWorkers(_ count: Int, _ more: [String] = []) async throws {
        for _ in 0..<count {
            let worker = try await RunningProgram.start(
                .loadtest,
                ["worker", "--master-port", "\(port)", "--data", data, "--summary", summaryPath(workers.count)] + more
            )
            all.append(worker)
            workers.append(worker)
        }
    }

    private func summaryPath(_ worker: Int) -> String { "\(folder.path)/summary\(worker).json" }

    // MARK: What was played

    /// The results of the workers' last tests.
    func summaries(of count: Int? = nil) throws -> [Summary] {
        try (0..<(count ?? workers.count)).map { worker in
            try JSONDecoder().decode(
                Summary.self,
                from: Data(contentsOf: URL(fileURLWithPath: summaryPath(worker)))
            )
        }
    }

    /// How many sessions had so many turns, by the mock's log: a session is an invocation.
    func sessionsByTurns() throws -> [Int: Int] {
        struct Line: Decodable { let session: String }
        let lines = try String(contentsOfFile: "\(folder.path)/mock.log", encoding: .utf8).split(separator: "\n")
        var turns: [String: Int] = [:]
        for line in lines {
            turns[try JSONDecoder().decode(Line.self, from: Data(line.utf8)).session, default: 0] += 1
        }
        return turns.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Each invocation was played exactly once, to its end.
    func expectEachPlayedOnce(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var expected: [Int: Int] = [:]
        for (index, count) in invocations.enumerated() where count > 0 { expected[index + 1] = count }
        #expect(try sessionsByTurns() == expected, sourceLocation: sourceLocation)
    }

    /// The numbers of a row of the master's CSV file.
    struct Row: Equatable {
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var meanMs = 0.0
        /// `Shape:` [place in `percentiles`], in milliseconds.
        var percentilesMs: [Double] = []

        /// Those that are compared, and their columns.
        static let percentiles = [(0.5, 11), (0.95, 16), (0.99, 18)]
    }

    /// The rows of the master's CSV file, by their types and names.
    func masterRows() throws -> [String: Row] {
        let text = try String(contentsOfFile: "\(folder.path)/master_stats.csv", encoding: .utf8)
        var rows: [String: Row] = [:]
        for fields in csvFields(text).dropFirst() {
            rows["\(fields[0]) \(fields[1])"] = Row(
                requests: UInt64(fields[2]) ?? 0,
                failures: UInt64(fields[3]) ?? 0,
                meanMs: Double(fields[5]) ?? 0,
                percentilesMs: Row.percentiles.map { Double(fields[$0.1]) ?? 0 }
            )
        }
        return rows
    }

    /// The master's totals are the sum of the workers' results, row by row.
    func expectTotals(of results: [Summary], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let master = try masterRows()
        func expect(_ key: String, _ parts: [Tally], _ durations: (Tally) -> Distribution?) {
            var sum = Distribution()
            for part in parts { if let one = durations(part) { sum.add(one) } }
            let row = master[key] ?? Row()
            #expect(row.requests == sum.count, "\(key)", sourceLocation: sourceLocation)
            guard sum.count > 0 else { return }
            let meanMs = Double(sum.sumNs) / 1e6 / Double(sum.count)
            #expect(abs(row.meanMs - meanMs) < 1e-6 * meanMs, "\(key)", sourceLocation: sourceLocation)
            for (found, (percentile, _)) in zip(row.percentilesMs, Row.percentiles) {
                // Locust takes the time behind so many, and cuts what is behind the point; ours is to three digits.
                let rank = (Double(sum.count) * percentile).rounded(.down)
                let limits = sum.percentilesNs([rank, rank + 1].map { min(100 * $0 / Double(sum.count), 100) })
                    .map { Double($0) / 1e6 }
                #expect(
                    found >= limits[0] * 0.999 - 1 && found <= limits[1] * 1.001 + 1,
                    "\(key) \(percentile): \(found), not \(limits)",
                    sourceLocation: sourceLocation
                )
            }
        }
        expect(" Aggregated", results.map(\.result.total), \.responses)
        #expect(
            master[" Aggregated"]?.failures == results.reduce(0) { $0 + $1.turns.failed },
            sourceLocation: sourceLocation
        )
        for (index, _) in invocations.enumerated() {
            let name = "talk of \(index + 1)"
            let rows = results.flatMap { ReportTable($0).rows.filter { $0.name == name }.map(\.tally) }
            expect("POST \(name)", rows, \.responses)
            expect("ttft \(name)", rows) { $0[.ttft] }
            expect("inter_event \(name)", rows) { $0[.interEvent] }
            expect("conversation_time \(name)", results.map { $0.result.conversationTallies[index] }) {
                $0[.conversationTime]
            }
        }
    }
}
