/// What a user keeps of its session besides the turn machine's state: what was said, and what was captured.
///
/// Only users of APIs that need it have one.
/// - Isolation: loop
struct SessionState {
    /// The messages so far as JSON, a comma between two; an answer that goes on has no end yet.
    var history = ByteBuffer()
    /// The request as it is sent, while libcurl may need it.
    var body = ByteBuffer()
    /// `Shape:` [capture], as JSON; nil before the first.
    var captures: UnsafeMutablePointer<ByteBuffer>?
    var captureCount: Int32 = 0
    /// What captures were before the present answer changed them, a line end behind each: it was sent.
    var former = ByteBuffer()
    /// The row of data that the session has, -1 for none.
    var dataRow: Int32 = -1
    /// The index of the user's present conversation, to know whose row it is; -1 for none.
    var conversation: Int32 = -1
    /// Whether the answer of the present turn has begun in `history`.
    var isAnswerOpen = false
    /// Whether what was said has become too long to be kept.
    var isOverfull = false
    /// Where the text of the present answer begins in `history`.
    var answerStart: Int32 = 0
    /// How long the text of the latest event was, of an API whose events repeat all text, in bytes.
    var cumulativeCount: Int32 = 0
    /// What the server has said of the present turn.
    var usage = TurnUsage()
    /// When the present answer began, where `answer_ttft` is measured; 0 before.
    var answerNs: UInt64 = 0
    /// How far the check of the present answer is; nil where no answer is checked.
    let check: UnsafeMutablePointer<UInt32>?
    /// Makes text of the pieces of the present answer.
    var decoder = JSONTextDecoder()

    /// Makes the state of a user without a session.
    ///
    /// - Parameter checkCount: How many numbers the check of an answer keeps, at most.
    init(checkCount: Int) {
        check = checkCount > 0 ? .allocate(capacity: checkCount) : nil
    }

    /// Forgets the session; its memory stays for the next, unless it is large.
    mutating func reset() {
        history.reset()
        body.reset()
        if let captures { for index in 0..<Int(captureCount) { captures[index].reset() } }
        dataRow = -1
        conversation = -1
        isAnswerOpen = false
        isOverfull = false
        answerStart = 0
        beginTurn()
    }

    /// Forgets what belongs to the turn before.
    mutating func beginTurn() {
        cumulativeCount = 0
        usage = TurnUsage()
        answerNs = 0
        decoder = JSONTextDecoder()
        former.reset()
    }

    mutating func destroy() {
        history.destroy()
        body.destroy()
        former.destroy()
        check?.deallocate()
        guard let captures else { return }
        for index in 0..<Int(captureCount) { captures[index].destroy() }
        captures.deallocate()
    }

    /// Makes room for captures, empty ones.
    mutating func reserveCaptures(_ count: Int) {
        guard count > Int(captureCount) else { return }
        let larger = UnsafeMutablePointer<ByteBuffer>.allocate(capacity: count)
        larger.initialize(repeating: ByteBuffer(), count: count)
        if let captures {
            larger.update(from: captures, count: Int(captureCount))
            captures.deallocate()
        }
        captures = larger
        captureCount = Int32(truncatingIfNeeded: count)
    }

    private static var mostFormerBytes: Int { 4_096 }

    /// Keeps a value.
    ///
    /// - Parameters:
    ///   - json: The value as JSON.
    ///   - index: Its place.
    ///   - isSecret: Whether what it was before must not be shown.
    mutating func capture(_ json: UnsafeRawBufferPointer, at index: Int, isSecret: Bool = false) {
        guard let captures, index < Int(captureCount) else { return }
        if isSecret, !captures[index].isEmpty, former.count < Self.mostFormerBytes {
            former.append(captures[index].bytes)
            former.append(UInt8(ascii: "\n"))
        }
        captures[index].removeAll()
        captures[index].append(json)
    }

    /// A captured value as JSON; nil while there is none.
    func capture(_ index: Int) -> UnsafeRawBufferPointer? {
        guard let captures, index < Int(captureCount), !captures[index].isEmpty else { return nil }
        return captures[index].bytes
    }
}
