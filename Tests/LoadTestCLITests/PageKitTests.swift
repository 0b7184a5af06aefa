import Foundation
import TestSupport
import Testing

@testable import LoadModel
@testable import LoadReports

@Suite("What the page of a run and its report have in common", .timeLimit(.minutes(5)), .amongFew)
struct PageKitTests {
    /// A number as the report writes it, and the function that the page has for it.
    private struct Shown: Encodable {
        let function: String
        let arguments: [Double]
        let text: String
    }

    private static let shown: [Shown] =
        [
            0, 0.004, 1, 9.994, 9.995, 12.34, 99.949, 99.95, 999.4, 999.5, 9_994, 9_995, 59_949, 59_950, 3_599_999,
            3_661_000,
        ].map { Shown(function: "ms", arguments: [$0], text: $0.readableMs) }
        + [0, 0.00001, 0.5, 0.12345, 0.9999, 1].map {
            Shown(function: "percent", arguments: [$0], text: $0.readablePercent)
        }
        + [0, 1_023, 1_024, 1_536, 10_000_000, 5_000_000_000, 7_000_000_000_000_000].map {
            Shown(function: "bytes", arguments: [Double($0)], text: Double.readable(bytes: $0))
        }
        + [0, 999, 1_000, 1_234_567].map { Shown(function: "count", arguments: [Double($0)], text: UInt64($0).grouped) }
        + [0, 0.25, 999.94, 1_234.56].map { Shown(function: "fixed", arguments: [$0, 1], text: $0.grouped(1)) }

    @Test(
        "numbers are the same in Swift, which writes the report, and in JavaScript, which writes the page",
        .enabled(if: Browser.isAvailable, "\(Browser.whyNot)"),
        .looksWithBrowser
    )
    func numbers() async throws {
        let folder = try TemporaryFolder()
        func page(_ shown: [Shown]) throws -> String {
            let list = String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
            let program = """
                const functions = { ms, percent, bytes, count, fixed };
                const wrong = \(list).map(({ function: name, arguments: values, text }) => {
                  const own = functions[name](...values);
                  return own === text ? '' : `${name}(${values}) is ${own}, not ${text};`;
                });
                document.title = `done ${wrong.join('')}`;
                """
            let kit = PageKit.joined([PageKit.format.text, program])
            return "<!DOCTYPE html><meta charset=\"utf-8\"><script type=\"module\">\(kit)</script>"
        }
        let right = try folder.write(try page(Self.shown), to: "right.html")
        let problems = try await Browser.problems(of: "formats.py", [right])
        #expect(problems.isEmpty, "\(problems)")
        let different = [Shown(function: "count", arguments: [1_000], text: "1000")]
        let wrong = try folder.write(try page(different), to: "wrong.html")
        let found = try await Browser.problems(of: "formats.py", [wrong])
        #expect(found.contains("count(1000) is 1,000, not 1000;"), "the comparison sees a difference: \(found)")
    }

    @Test("becomes one module in the report, which imports and exports nothing")
    func joined() throws {
        let programs = HTMLReport.programs(chartLibrary: "// Chart.js")
        let charts = try #require(programs.last)
        #expect(!charts.contains(#/(?m)^(import|export) /#))
        // Each name once, as a module demands.
        let names = charts.matches(of: #/(?m)^(?:const|let) (\w+) =/#).map { String($0.output.1) }
        #expect(names.contains("lineOf") && names.contains("clock"))
        #expect(Set(names).count == names.count, "\(names.sorted())")
    }

    @Test("has each colour once: neither page has one of its own")
    func colours() throws {
        for path in ["Sources/LoadReports/Formats/HTML/Page/report.css", "Sources/loadtest/Web/Page/page.css"] {
            let own = try String(contentsOfFile: "\(Repository.path)/\(path)", encoding: .utf8)
            #expect(!own.contains(#/#[0-9a-f]{3,8}\b|light-dark\(/#), "\(path)")
        }
        #expect(PageKit.styleSheet.text.contains("--c1: light-dark("))
    }
}
