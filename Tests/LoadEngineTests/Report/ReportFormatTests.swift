import TestSupport
import Testing

@testable import LoadModel
@testable import LoadReports

@Suite("The formats of a result")
struct ReportFormatTests {
    @Test("make something of any result", arguments: ReportFormat.all.map(\.name))
    func rendering(name: String) throws {
        let format = try #require(ReportFormat.all.first { $0.name == name })
        var sample = SampleRun()
        sample.play(row: 0, 12)
        sample.play(row: 1, nil)
        let bytes = try format.render(ReportMaterial(sample.summary(2)))
        #expect(bytes.count > 20, "\(format.name)")
        #expect(bytes.last == UInt8(ascii: "\n"), "\(format.name)")
    }

    @Test("of rows say the same amid a run as of its result")
    func rowsAtAnyMoment() throws {
        var sample = SampleRun()
        sample.play(row: 0, 12)
        let summary = sample.summary(2)
        let formats = ReportFormat.all.compactMap { format in
            if case .rows(let text) = format.content { (format, text) } else { nil }
        }
        #expect(!formats.isEmpty)
        for (format, text) in formats {
            let ofResult = try format.render(ReportMaterial(summary, by: .turn))
            let amidRun = text(ReportTable(summary, by: .turn))
            #expect(String(decoding: ofResult, as: UTF8.self) == amidRun, "\(format.name)")
        }
    }

    @Test("have names, options with their files, and paths on the page of their own")
    func uniqueness() {
        func expectUnique(_ texts: [String]) { #expect(Set(texts).count == texts.count, "\(texts)") }
        expectUnique(ReportFormat.all.map(\.name))
        expectUnique(ReportFormat.all.compactMap { format in format.option.map { $0.name + format.suffix } })
        expectUnique(ReportFormat.all.compactMap(\.download?.path))
        expectUnique(ReportFormat.all.compactMap { format in format.download.map { _ in format.fileName } })
        for format in ReportFormat.all where format.option?.value == .prefix { #expect(!format.suffix.isEmpty) }
    }

    @Test("are offered by the page, or it is said why not")
    func reasons() {
        for format in ReportFormat.all {
            switch format.offer {
            case .download(let download):
                #expect(!download.title.isEmpty && download.about.hasSuffix("."), "\(format.name)")
                #expect(!download.path.hasPrefix("/"), "below the page, wherever that is: \(format.name)")
            case .none(let because): #expect(!because.isEmpty, "\(format.name)")
            }
        }
    }

    @Test("get the ending of their files where it is missing")
    func endings() {
        let named = ReportFormat.json.path(for:)
        #expect(named("a") == "a.json")
        #expect(named("a.json") == "a.json")
        #expect(named("") == "", "which is told as a name that is missing")
        #expect(ReportFormat.html.path(for: "a") == "a")
        #expect(ReportFormat.statsCSV.path(for: "a") == "a_stats.csv")
        #expect(ReportFormat.printedJSON.path(for: "") == nil)
        #expect(ReportFormat.text.path(for: "a") == nil)
    }
}
