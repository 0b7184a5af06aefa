import LoadModel
import Testing

@Suite struct TemplateTextTests {
    @Test(arguments: [
        ("", []),
        ("plain } {x} }} {", [Template.Part.text("plain } {x} }} {")]),
        ("{{name}}", [.value("name")]),
        ("a{{b}}c", [.text("a"), .value("b"), .text("c")]),
        ("{{a}}{{b}}", [.value("a"), .value("b")]),
        ("{{ env.API_KEY }}", [.value("env.API_KEY")]),
        ("{{first name}} {{größe}}", [.value("first name"), .text(" "), .value("größe")]),
        ("{{{name}}}", [.text("{"), .value("name"), .text("}")]),
        ("{{{{name}}", [.text("{{name}}")]),
        ("{{{{{{name}}", [.text("{{"), .value("name")]),
        ("{{{{{", [.text("{{{")]),
        ("😀{{x}}e\u{301}", [.text("😀"), .value("x"), .text("e\u{301}")]),
    ])
    func readsPlacesForValues(_ text: String, _ parts: [Template.Part]) throws {
        #expect(try Template(text: text).parts == parts)
    }

    @Test(arguments: [
        ("Hi {{name", 3, "the '{{' here has no '}}' on its line"),
        ("😀e\u{301}{{name\n}}", 2, "the '{{' here has no '}}' on its line"),
        ("{{a}b}}", 0, "has no braces in it"),
        ("{{a{{b}}", 0, "has no braces in it"),
        ("x{{}}", 3, "expected a name between '{{' and '}}'"),
        ("x{{ \t}}", 3, "expected a name between '{{' and '}}'"),
    ])
    func tellsWhereATemplateIsWrong(_ text: String, _ offset: Int, _ problem: String) throws {
        let error = try #require(throws: ExpressionError.self) { try Template(text: text) }
        #expect(error.offset == offset)
        #expect(error.problem.contains(problem), "\(error.problem)")
    }

    @Test(arguments: [
        [Template.Part.text("a{{{{{b{{\u{301}"), .value("x"), .text("}}")],
        [.text("{"), .value("x"), .text("{{")], [.text("{{{"), .value("x")], [.value("a b"), .value("c")], [],
    ])
    func isReadAsItWasWritten(_ parts: [Template.Part]) throws {
        let template = Template(parts)
        #expect(try Template(text: template.text) == template)
    }

    @Test func piecesNextToEachOtherAreWrittenAsOneText() throws {
        let pieces = Template([.text("{"), .text("{x}}")])
        #expect(try Template(text: pieces.text).plainText == "{{x}}")
    }
}
