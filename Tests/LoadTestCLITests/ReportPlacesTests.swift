import ArgumentParser
import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing

@testable import LoadEngine
@testable import LoadReports
@testable import LoadModel
@testable import loadtest

@Suite("The formats of a result, in the program")
struct ReportPlacesTests {
    private static func value(of option: ReportOption) -> String { option.value == .flag ? "" : "result" }

    /// What the options of a run ask for.
    private func places(_ arguments: [String]) throws -> ReportPlaces {
        let command = try RunCommand.parse(arguments)
        return command.files.places(summary: command.reports.summary)
    }

    @Test("have each a place in the check that keeps files apart", arguments: ReportFormat.all.map(\.name))
    func conflicts(name: String) throws {
        let format = try #require(ReportFormat.all.first { $0.name == name })
        guard let option = format.option else { return }
        let places = try places([option.spelling] + (option.value == .flag ? [] : [Self.value(of: option)]))
        var uses = FileUses()
        guard let path = format.path(for: Self.value(of: option)) else {
            uses.writes(places)
            #expect(uses.writesOutput)
            return
        }
        uses.reads(path, as: "what is there")
        uses.writes(places)
        var problems = Problems()
        problems.add(uses.problems)
        let error = #expect(throws: ConfigurationError.self) { try problems.check() }
        let problem = "\(option.spelling) \(Shown.path(path)): this is what is there already; name another file"
        #expect(error?.messages.contains(problem) == true, "\(error?.messages ?? [])")
    }

    @Test("are all there when all options are given, and none without")
    func allAtOnce() throws {
        let all = try places(
            ReportOption.all.flatMap { $0.value == .flag ? [$0.spelling] : [$0.spelling, $0.name] }
        )
        let names = all.shown.map(\.name) + all.printed.map(\.format.name) + all.files.map(\.format.name)
        #expect(names.sorted() == ReportFormat.all.map(\.name).sorted())
        let none = try places([])
        #expect(none.printed.isEmpty && none.files.isEmpty && !none.shown.isEmpty)
    }

    @Test("stand with their options in the help of a run, and of report")
    func help() throws {
        let run = try CommandOption.all(of: RunCommand.self).map(\.name)
        let report = try CommandOption.all(of: ReportCommand.self).map(\.name)
        for option in ReportOption.all {
            #expect(run.contains(option.name))
            // The one that only a run has is of what was merged there.
            #expect(report.contains(option.name))
        }
    }

    @Test("are found where the page offers them", arguments: ReportFormat.all.compactMap(\.download?.path))
    func routes(path: String) async throws {
        let log = WebLog()
        let runs = WebRuns(
            base: EngineConfiguration(host: "http://127.0.0.1", conversations: []),
            targets: WebTargets(own: nil),
            grouping: .conversation,
            hasFullHistory: false,
            log: log
        ) { _ in throw EngineError(operation: "start a run", reason: "this is no test of one") }
        let responder = WebResponder(
            guarding: WebGuard(webHost: "127.0.0.1", machineName: ""),
            login: nil,
            origins: [],
            runs: runs,
            documents: WebDocuments(of: runs),
            feed: LiveFeed(runs, log: log, hello: .nothing),
            log: log,
            chartLibrary: nil,
            grouping: .conversation
        )
        func answer(_ method: HTTPRequest.Method) async throws -> Response {
            let head = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1", path: "/\(path)?download=1")
            return try await responder.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        }
        #expect(try await answer(.post).headers[.allow] == "GET, HEAD", "there is something, whatever was played")
        let format = try #require(ReportFormat.all.first { $0.download?.path == path })
        if case .result = format.content { return }
        let file = try await answer(.get)
        #expect(file.status == .ok)
        #expect(file.headers[.contentType] == format.mediaType)
        #expect(file.headers[.contentDisposition] == "attachment; filename=\"\(format.fileName)\"")
    }
}
