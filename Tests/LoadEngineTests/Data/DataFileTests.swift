import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

@testable import LoadModel

@Suite struct DataFileTests {
    private static func load(_ name: String, _ bytes: some Sequence<UInt8>) throws -> DataTable {
        let folder = try DataFolder(name, bytes)
        do {
            return try DataFile.load(folder.path + "/" + name)
        } catch {
            throw ConfigurationError(error.messages.map { $0.replacing(folder.path + "/", with: "") })
        }
    }

    private static func problems(_ name: String, _ text: String) throws -> [String] {
        try #require(throws: ConfigurationError.self) { try load(name, text.utf8) }.messages
    }

    private static func rows(_ table: DataTable) -> [[DataTable.Value]] {
        (0..<table.rowCount).map { row in table.columns.indices.map { table[row, $0] } }
    }

    private static func texts(_ rows: [[String]]) -> [[DataTable.Value]] { rows.map { $0.map { .text($0) } } }

    // MARK: CSV

    @Test(arguments: [
        ("name,city\nAda,London\nAlan,Wilmslow\n", [["Ada", "London"], ["Alan", "Wilmslow"]]),
        ("name,city\r\nAda,London\r\nAlan,Wilmslow", [["Ada", "London"], ["Alan", "Wilmslow"]]),
        ("name,city\rAda,London\r", [["Ada", "London"]]),
        ("\u{FEFF}name,city\nAda,London", [["Ada", "London"]]),
        (
            " name , \"city\" \n".replacing("\" \n", with: "\"\n").replacing(", \"", with: ",\"") + "Ada,x",
            [["Ada", "x"]]
        ),
        (
            "name,city\n\"Ada, \"\"the\"\" first\",\"two\nlines\r\nand more\"",
            [["Ada, \"the\" first", "two\nlines\r\nand more"]]
        ),
        ("name,city\n,\n\"\",\"\"\n", [["", ""], ["", ""]]),
        ("name,city\n Ada ,\" London \"\n", [[" Ada ", " London "]]),
        ("\n\nname,city\n\nAda,London\n\n\nAlan,x\n\n", [["Ada", "London"], ["Alan", "x"]]),
        ("name,city\n日本😀,{{x}}\n", [["日本😀", "{{x}}"]]),
    ])
    func readsCSVAsTheStandardSays(_ text: String, _ rows: [[String]]) throws {
        let table = try Self.load("rows.csv", text.utf8)
        #expect(table.columns == ["name", "city"])
        #expect(Self.rows(table) == Self.texts(rows))
    }

    @Test func anEmptyValueAloneIsWrittenWithQuotes() throws {
        #expect(Self.rows(try Self.load("a.CSV", "x\n1\n\"\"\n\n2".utf8)) == Self.texts([["1"], [""], ["2"]]))
    }

    @Test(arguments: [
        ("", ["rows.csv:1: expected a first line with the names of the columns, found the end of the file"]),
        ("\n\n", ["rows.csv:3: expected a first line with the names of the columns, found the end of the file"]),
        ("a,b\n", ["rows.csv:2: expected a row below the names, found the end of the file"]),
        ("a,,c\n1,2,3", ["rows.csv:1: column 2 has no name"]),
        ("a,b,a\n1,2,3", ["rows.csv:1: two columns are named 'a'; give each a name of its own"]),
        (
            "a,b\n1,2\n3\n\"x\ny\",2,3\n\n5,6\n7",
            [
                "rows.csv:3: expected 2 values, as many as the first line has names, found 1",
                "rows.csv:4: expected 2 values, as many as the first line has names, found 3",
                "rows.csv:8: expected 2 values, as many as the first line has names, found 1",
            ]
        ),
        (
            "a\n1\n\"x\ny\n",
            ["rows.csv:3: the value whose quotes begin on this line has no closing '\"'"]
        ),
        (
            "a,b\n\"x\"y,2",
            ["rows.csv:2: expected ',' or the end of the line after a value in quotes; a quote in it is written twice"]
        ),
        (
            "a,b\n1,2,3\nx\"y,2",
            [
                "rows.csv:2: expected 2 values, as many as the first line has names, found 3",
                "rows.csv:3: found a '\"' in a value that does not begin with one; put quotes around the whole value, and "
                    + "write those in it twice",
            ]
        ),
    ])
    func tellsOnWhichLineCSVIsWrong(_ text: String, _ problems: [String]) throws {
        #expect(try Self.problems("rows.csv", text) == problems)
    }

    @Test func ofManyMistakesTheFirstAreTold() throws {
        let problems = try Self.problems("rows.csv", "a,b\n" + String(repeating: "1\n", count: 1_000))
        #expect(problems.count == 21)
        #expect(problems.last == "rows.csv: there may be more mistakes; these are the first 20")
    }

    @Test func tooManyRowsAreRefused() throws {
        let text = "a\n" + String(repeating: "1\n", count: DataTable.mostRows + 1)
        #expect(try Self.problems("rows.csv", text) == ["rows.csv:1000002: expected at most 1000000 rows"])
        let wide = (0...DataTable.mostColumns).map { "c\($0)" }.joined(separator: ",") + "\n"
        #expect(try Self.problems("rows.csv", wide) == ["rows.csv:1: expected 1 to 1000 columns, found 1001"])
    }

    // MARK: NDJSON

    @Test func readsNDJSONWithEveryKindOfValue() throws {
        let text = """
            {"name": "Ada \\u00e9\\n", "age": 36, "tags": ["a", {"b": null}]}\r

            {"tags": {}, "age": -1.50, "name": ""}
            """
        let table = try Self.load("rows.ndjson", ("\u{FEFF}" + text).utf8)
        #expect(table.columns == ["name", "age", "tags"])
        #expect(
            Self.rows(table) == [
                [.text("Ada é\n"), .json("36"), .json(#"["a",{"b":null}]"#)], [.text(""), .json("-1.50"), .json("{}")],
            ]
        )
        #expect(try Self.load("rows.jsonl", text.utf8) == table)
    }

    @Test(arguments: [
        ("", ["rows.ndjson:1: expected an object on each line, found the end of the file"]),
        ("{\"a\": 1}\n[1]", ["rows.ndjson:2: expected a JSON object on the line, found an array"]),
        ("{\"a\": 1}\n{}", ["rows.ndjson:2: expected a JSON object on the line, found an object"]),
        (
            "{\"a\": 1}\n{\"a\": 1\n{\"a\": 2}",
            [
                "rows.ndjson:2: expected a JSON object on the line: expected ',' or '}', found the end of the file (the '{' of "
                    + "line 1 is still open) (column 8)"
            ]
        ),
        ("{\"a\": NaN}", ["rows.ndjson:1: expected a JSON value for 'a', found a word without quotes"]),
        ("{\"a\": 1, \"a\": 2}", ["rows.ndjson:1: two columns are named 'a'; give each a name of its own"]),
        (
            "{\"a\": 1, \"b\": 2}\n{\"a\": 1}\n{\"a\": 1, \"c\": 2}\n{\"a\": 1, \"b\": 2, \"c\": 3}\n{\"a\": 1, \"a\": 2}",
            [
                "rows.ndjson:2: the key 'b' is missing, which the first object has",
                "rows.ndjson:3: found the key 'c', which the first object does not have",
                "rows.ndjson:4: found the key 'c', which the first object does not have",
                "rows.ndjson:5: the key 'a' is there twice",
            ]
        ),
    ])
    func tellsOnWhichLineNDJSONIsWrong(_ text: String, _ problems: [String]) throws {
        #expect(try Self.problems("rows.ndjson", text) == problems)
    }

    // MARK: Files

    @Test func whatCannotBeReadIsTold() throws {
        #expect(
            try Self.problems("rows.txt", "a\n1")
                == ["rows.txt: expected a CSV or NDJSON file, whose name ends with .csv, .ndjson or .jsonl"]
        )
        let latin1 = try #require(throws: ConfigurationError.self) {
            try Self.load("rows.csv", Array("a\n1\nGr".utf8) + [0xF6])
        }
        #expect(latin1.messages == ["rows.csv:3: expected UTF-8 text, found the byte 0xF6; save the file as UTF-8"])
        let missing = try #require(throws: ConfigurationError.self) { try DataFile.load("/no/such.csv") }
        #expect(missing.messages == ["/no/such.csv: the file cannot be read: No such file or directory"])
    }

    // MARK: Tables

    @Test func aTableTravelsAsItIs() throws {
        let rows: [[DataTable.Value]] = [
            [.text(""), .json("null")], [.text("é\u{0}"), .json("[1,2]")],
            [.text(String(repeating: "x", count: 1_000)), .text("")],
        ]
        let table = try DataTable(columns: ["a", "b é"], rows: rows)
        #expect(Self.rows(table) == rows)
        let source = DataSource(file: "x.csv", pick: .each, whenOut: .cycle, table: table)
        let bytes = try PropertyListEncoder().encode(source)
        #expect(try PropertyListDecoder().decode(DataSource.self, from: bytes) == source)
        // Bytes that are something else are refused, and read no memory that is not theirs.
        let packed = table.pack().bytes
        for count in 0..<packed.count {
            var reader = PackedBytes.Reader(Array(packed[..<count]))
            #expect(throws: PackedBytes.Mistake.self) { try DataTable(unpacking: &reader) }
        }
    }

    @Test func lendsTheBytesOfAValue() throws {
        let table = try DataTable(columns: ["a", "b"], rows: [[.text("é"), .json("5")], [.text("x"), .text("")]])
        func lent(_ row: Int, _ column: Int) -> String {
            table.withBytes(row: row, column: column) { "\(String(decoding: $0, as: UTF8.self)) \($1)" }
        }
        #expect([lent(0, 0), lent(0, 1), lent(1, 0), lent(1, 1)] == ["é false", "5 true", "x false", " false"])
    }

    @Test func aTableMadeByHandIsCheckedToo() {
        func problem(_ columns: [String], _ rows: [[DataTable.Value]]) -> String? {
            do throws(ConfigurationError) {
                _ = try DataTable(columns: columns, rows: rows)
                return nil
            } catch { return error.description }
        }
        #expect(problem(["a"], [[.text("x")], []]) == "row 2: expected 1 value, one for each column, found 0")
        #expect(problem([], []) == "expected 1 to 1000 columns, found 0")
        #expect(problem(["a", "a"], []) == "two columns are named 'a'; give each a name of its own")
        #expect(problem(["a"], []) == nil)
    }
}
