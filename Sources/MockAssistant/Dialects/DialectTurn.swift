import LoadEngine

/// One turn of another API than `assistant`: what its request said, and how far its answer is.
///
/// It lives in memory of its own beside the connection, is used again for the connection's next turn, and its owner calls
/// `destroy`.
/// - Isolation: loop
struct DialectTurn {
    // MARK: What was asked

    /// The messages of the request, also the one that a server with a history of its own is sent.
    var messages = MessageCounts()
    /// Whether the request has a text of the system, wherever its API puts it.
    var hasSystem = false
    /// The words of all messages and of the system: what the server calls tokens.
    var inputWords = 0
    /// Whether a stream was asked for; nil when the request does not say.
    var isStreaming: Bool?
    var wantsUsage = false
    /// The model as it was written, without quotes.
    var model = ByteBuffer()
    /// The id of the request as JSON, where answers repeat it.
    var requestID = ByteBuffer()
    /// The session, thread or conversation that the request names; empty for none.
    var sentID = ByteBuffer()
    /// The value of the header X-Session-ID.
    var sessionHeader = ByteBuffer()

    // MARK: What is answered

    /// Ids of the turn itself.
    var answerID = ServerID(front: 0, back: 0)
    var messageID = ServerID(front: 0, back: 0)
    var taskID = ServerID(front: 0, back: 0)
    /// That of the conversation, if it is a new one.
    var conversationID = ServerID(front: 0, back: 0)
    /// The session, thread or conversation that the answer names; empty for none.
    var givenID = ByteBuffer()
    /// When the answer began, in seconds since 1970.
    var createdS = 0
    /// Whether each piece repeats all text before it.
    var isCumulative = false
    /// The part whose pieces are being sent; nil before the first piece.
    var openPart: AnswerPart?
    /// The pieces that were written, the one that is being written too.
    var reasoningSent = 0
    var contentSent = 0
    var firstReasoningNs: UInt64 = 0
    /// The number of the next event, where events have one.
    var nextNumber = 0
    /// The place of the next part among all parts.
    var nextPartIndex = 0

    // MARK: What was stated

    /// The numbers of tokens that the answer has said so far, nil for none.
    var usage: StatedUsage?
    var finishReason: StaticString?

    // MARK: Pieces

    var reasoningHead = ByteBuffer()
    var reasoningTail = ByteBuffer()
    var contentHead = ByteBuffer()
    var contentTail = ByteBuffer()
    /// What comes after the text of a huge piece.
    var hugeTail = ByteBuffer()

    /// Forgets the turn, keeps the memory.
    mutating func clear() {
        eachBuffer { $0.removeAll() }
        messages = MessageCounts()
        hasSystem = false
        inputWords = 0
        isStreaming = nil
        wantsUsage = false
        isCumulative = false
        openPart = nil
        reasoningSent = 0
        contentSent = 0
        firstReasoningNs = 0
        nextNumber = 0
        nextPartIndex = 0
        usage = nil
        finishReason = nil
    }

    mutating func destroy() {
        eachBuffer { $0.destroy() }
    }

    private mutating func eachBuffer(_ change: (inout ByteBuffer) -> Void) {
        change(&model)
        change(&requestID)
        change(&sentID)
        change(&sessionHeader)
        change(&givenID)
        change(&reasoningHead)
        change(&reasoningTail)
        change(&contentHead)
        change(&contentTail)
        change(&hugeTail)
    }

    /// What the log calls the session: what a header says, or else the id of the conversation.
    var session: UnsafeRawBufferPointer {
        let named = [sessionHeader, sentID, givenID].first { !$0.isEmpty }
        return named?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    func head(of part: AnswerPart) -> ByteBuffer { part == .content ? contentHead : reasoningHead }
    func tail(of part: AnswerPart) -> ByteBuffer { part == .content ? contentTail : reasoningTail }

    /// Makes what the pieces of a part begin with.
    mutating func setHead(of part: AnswerPart, _ write: (DialectTurn, inout ByteBuffer) -> Void) {
        var buffer = head(of: part)
        buffer.removeAll()
        write(self, &buffer)
        if part == .content { contentHead = buffer } else { reasoningHead = buffer }
    }

    /// Makes what the pieces of a part end with.
    mutating func setTail(of part: AnswerPart, _ write: (DialectTurn, inout ByteBuffer) -> Void) {
        var buffer = tail(of: part)
        buffer.removeAll()
        write(self, &buffer)
        if part == .content { contentTail = buffer } else { reasoningTail = buffer }
    }

    /// The number of the next event, which it takes.
    mutating func takeNumber() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Counts a piece that is about to be written.
    ///
    /// - Returns: Its number in its part, from 1.
    mutating func countPiece(of part: AnswerPart) -> Int {
        if part == .content {
            contentSent += 1
            return contentSent
        }
        reasoningSent += 1
        return reasoningSent
    }

    /// Goes on with the conversation that the request names, or begins one.
    mutating func giveConversation() {
        if sentID.isEmpty { conversationID.writeUUID(into: &givenID) } else { givenID.append(sentID.bytes) }
    }

    /// Notes that the answer says how many tokens there were.
    ///
    /// - Parameter isReasoningApart: Whether the API does not count reasoning as output.
    /// - Returns: The numbers.
    mutating func state(isReasoningApart: Bool = false) -> StatedUsage {
        let stated = StatedUsage(
            input: inputWords,
            output: isReasoningApart ? contentSent : contentSent + reasoningSent,
            reasoning: reasoningSent
        )
        usage = stated
        return stated
    }
}

/// How many messages of each role a request has.
struct MessageCounts {
    var system = 0
    var user = 0
    var assistant = 0
    var tool = 0
    /// Of roles that are none of these, or that have none.
    var other = 0

    var total: Int { system + user + assistant + tool + other }

    /// Counts a message by what its API calls the role.
    mutating func count(role: UnsafeRawBufferPointer?) {
        switch MessageRole(role) {
        case .system: system += 1
        case .user: user += 1
        case .assistant: assistant += 1
        case .tool: tool += 1
        case .other: other += 1
        }
    }
}

/// Who a message is from, whatever the API calls them.
enum MessageRole {
    case system, user, assistant, tool, other

    init(_ name: UnsafeRawBufferPointer?) {
        guard let name else {
            self = .other
            return
        }
        if name.equals("user") || name.equals("human") || name.equals("ROLE_USER") {
            self = .user
        } else if name.equals("assistant") || name.equals("model") || name.equals("ai") || name.equals("ROLE_AGENT") {
            self = .assistant
        } else if name.equals("system") || name.equals("developer") {
            self = .system
        } else if name.equals("tool") || name.equals("function") {
            self = .tool
        } else {
            self = .other
        }
    }
}

/// The numbers of tokens that an answer states.
struct StatedUsage {
    var input: Int
    var output: Int
    var reasoning: Int

    /// All of them, where reasoning counts as output.
    var total: Int { input + output }
}
