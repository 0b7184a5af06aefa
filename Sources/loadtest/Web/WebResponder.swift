import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import LoadEngine
import LoadReports
import NIOCore
import NIOHTTP1

/// Answers the requests of the page and of scripts.
struct WebResponder: Sendable {
    private typealias Handler = @Sendable (Request) async throws -> Response

    /// The most bytes of a request's body.
    private static let mostBodyBytes = 1 << 20

    private let guarding: WebGuard
    private let login: WebLogin?
    private let origins: [WebOrigin]
    private let files: WebFiles
    private let routes: [String: [String: Handler]]

    /// Makes the answers of a server.
    ///
    /// - Parameters:
    ///   - guarding: Which requests are answered at all.
    ///   - login: What they have to bring; nil for nothing.
    ///   - origins: By which URLs browsers reach the page through a reverse proxy.
    ///   - runs: What they start and steer.
    ///   - documents: What they see of it.
    ///   - feed: What `/live` sends.
    ///   - log: What was told.
    ///   - chartLibrary: The source of Chart.js; nil where there is none.
    ///   - grouping: What becomes one row of the tables.
    init(
        guarding: WebGuard,
        login: WebLogin?,
        origins: [WebOrigin],
        runs: WebRuns,
        documents: WebDocuments,
        feed: LiveFeed,
        log: WebLog,
        chartLibrary: String?,
        grouping: RowGrouping
    ) {
        self.guarding = guarding
        self.login = login
        self.origins = origins
        files = WebFiles(chartLibrary: chartLibrary)
        routes = Self.pages(files, feed)
            .merging(Self.steering(runs)) { first, _ in first }
            .merging(Self.numbers(documents, runs, log)) { first, _ in first }
            .merging(Self.formats(documents, chartLibrary, grouping)) { first, _ in first }
    }

    /// The answer of a request as it is written.
    ///
    /// - Parameter request: The request; its body has not been read.
    /// - Returns: The answer; a status of 500 for what nobody has thought of.
    /// - Throws: `HTTPParserError` when the rest of the request is no HTTP.
    func respond(to request: Request) async throws -> Response {
        let response: Response
        do {
            response = try await answer(request)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            response = WebAnswer.problem("the program failed to answer: \(error)", status: 500)
        }
        // Whatever it is: a body would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The answer of a request, whose body is left out for a HEAD.
    func answer(_ request: Request) async throws -> Response {
        let path = ownPath(of: request)
        let asked = WebGuard.Request(
            method: request.method.rawValue,
            path: path.isEmpty ? "/" : path,
            host: request.head.authority,
            origin: Self.field("origin", of: request),
            fetchSite: Self.field("sec-fetch-site", of: request),
            fetchMode: Self.field("sec-fetch-mode", of: request),
            fetchDestination: Self.field("sec-fetch-dest", of: request)
        )
        if let refusal = guarding.refusal(of: asked) { return WebAnswer.json(refusal.problem, status: refusal.status) }
        if let login, !login.accepts(Self.field("authorization", of: request)) {
            var response = WebAnswer.problem("log in: this page asks for a user and a password", status: 401)
            response.headers[.wwwAuthenticate] = WebLogin.challenge
            return response
        }
        guard !path.isEmpty else { return WebAnswer.slash(behind: request.uri.path) }
        guard let methods = routes[path] ?? asset(path) else {
            return WebAnswer.problem("there is nothing at \(path.prefix(200)): see docs/rest.md", status: 404)
        }
        let method = request.method == .head ? .get : request.method
        guard let handler = methods[method.rawValue] else {
            let allowed = methods.keys.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }.sorted().joined(separator: ", ")
            var response = WebAnswer.problem("\(path) takes \(allowed) only", status: 405)
            response.headers[.allow] = allowed
            return response
        }
        var request = request
        let tooLarge = WebAnswer.problem("the body is larger than \(Self.mostBodyBytes) bytes", status: 413)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.mostBodyBytes {
            return tooLarge
        }
        do {
            _ = try await request.collectBody(upTo: Self.mostBodyBytes)
        } catch is NIOTooManyBytesError {
            return tooLarge
        } catch {
            return WebAnswer.problem("the body is cut off, or is not what its head says", status: 400)
        }
        do {
            return try await handler(request)
        } catch let missing as WebDocuments.Missing {
            return WebAnswer.problem(missing.message, status: missing.status)
        }
    }

    /// The path without what the page is below; empty where that has no slash at its end.
    private func ownPath(of request: Request) -> String {
        let path = request.uri.path
        guard routes[path] == nil else { return path }
        return origins.lazy.compactMap { $0.ownPath(path) }.first ?? path
    }

    private func asset(_ path: String) -> [String: Handler]? {
        guard path.hasPrefix("/assets/"), let file = files[path.dropFirst("/assets/".count)] else { return nil }
        return ["GET": { _ in WebAnswer.bytes(file.bytes, type: file.type) }]
    }

    private static func field(_ name: String, of request: Request) -> String? {
        request.headers.first { $0.name.canonicalName == name }?.value
    }

    // MARK: The routes

    private static func pages(_ files: WebFiles, _ feed: LiveFeed) -> [String: [String: Handler]] {
        [
            "/": ["GET": { _ in WebAnswer.bytes(files.index.bytes, type: files.index.type) }],
            "/live": ["GET": { _ in WebAnswer.events(await feed.events()) }],
        ]
    }

    private static func steering(_ runs: WebRuns) -> [String: [String: Handler]] {
        [
            "/swarm": ["POST": { request in await swarm(request, runs) }],
            "/stop": [
                "POST": { request in
                    // What else there is means nothing, as everywhere.
                    let now = request.uri.queryParameters["now"] ?? "0"
                    guard ["0", "1"].contains(now) else {
                        return WebAnswer.problem("now must be 1, to cut running turns, or 0", status: 400)
                    }
                    await runs.stop(atOnce: now == "1")
                    return WebAnswer.json(Success(message: "Test stopped"))
                }
            ],
            "/stats/reset": [
                "POST": { _ in
                    await runs.reset()
                    return WebAnswer.text("ok")
                }
            ],
        ]
    }

    private static func numbers(_ documents: WebDocuments, _ runs: WebRuns, _ log: WebLog) -> [String: [String:
        Handler]]
    {
        func json(_ make: @escaping @Sendable (WebMoment) throws -> [UInt8]) -> [String: Handler] {
            let document = documents.kind("application/json", of: { await $0.sharedMoment() }, make: make)
            return ["GET": { _ in WebAnswer.document(try await document()) }]
        }
        return [
            "/stats/requests": json { try WebAnswer.encoded($0.status) },
            "/exceptions": json { try WebAnswer.encoded(LocustExceptions($0.table)) },
            "/tasks": json { _ in try WebAnswer.encoded(LocustTasks(runs.conversations)) },
            "/logs": ["GET": { _ in WebAnswer.json(LocustLogs(log.lines.map { "\($0.time) \($0.text)" })) }],
        ]
    }

    /// The formats that the page offers.
    private static func formats(
        _ documents: WebDocuments,
        _ chartLibrary: String?,
        _ grouping: RowGrouping
    ) -> [String: [String: Handler]] {
        let offered = ReportFormat.all.compactMap { format in format.download.map { (format, $0) } }
        return offered.reduce(into: [:]) { routes, offered in
            let (format, download) = offered
            let document = documents.format(format, download, chartLibrary: chartLibrary, by: grouping)
            let policy = format.page.map { ContentPolicy.report($0, chartLibrary: chartLibrary) }
            routes["/\(download.path)"] = [
                "GET": { request in
                    let isShown = policy != nil && request.uri.queryParameters["download"] == nil
                    return WebAnswer.document(
                        try await document(),
                        download: isShown ? nil : format.fileName,
                        policy: policy ?? .page
                    )
                }
            ]
        }
    }

    // MARK: POST /swarm

    private struct Success: Encodable {
        var success = true
        var message: String
        var host: String?
        var note: String?
        var runTime: Double?
        var userClasses: [String]?

        private enum CodingKeys: String, CodingKey {
            case success, message, host, note
            case runTime = "run_time"
            case userClasses = "user_classes"
        }
    }

    private static func swarm(_ request: Request, _ runs: WebRuns) async -> Response {
        do {
            let body = try await request.body.collect(upTo: mostBodyBytes)
            let asked = try SwarmForm.read(
                body.readableBytesView,
                contentType: field("content-type", of: request),
                conversations: runs.conversations
            )
            let started = try await runs.swarm(asked)
            return WebAnswer.json(
                Success(
                    message: "Swarming started",
                    host: started.host,
                    note: started.note,
                    runTime: started.runTimeS,
                    userClasses: asked.conversations
                )
            )
        } catch let problem as WebProblem {
            // 200, as Locust's.
            return WebAnswer.json(problem)
        } catch {
            return WebAnswer.problem("\(error)", status: 400)
        }
    }
}
