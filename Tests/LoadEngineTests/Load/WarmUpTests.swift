import Testing

@testable import LoadModel

@Suite("A warm-up")
struct WarmUpTests {
    @Test(
        "is a time with its unit, or a number of turns",
        arguments: [
            ("30s", .time(.seconds(30))), (" 1m30s ", .time(.seconds(90))), ("500", .turns(500)), ("1", .turns(1)),
        ] as [(String, WarmUp)]
    )
    func reading(text: String, warmUp: WarmUp) throws {
        #expect(try WarmUp.parse(text) == warmUp)
        #expect(try WarmUp.parse(warmUp.description) == warmUp)
    }

    @Test("is nothing else", arguments: ["", "0", "0s", "-3", "3.5", "s", "10 turns", "99999999999", "30s 5"])
    func refusal(text: String) { #expect(throws: ExpressionError.self) { try WarmUp.parse(text) } }
}
