import FoundationEssentials

/// Writes the requests that differ from user to user, with the values of a user's session.
/// - Isolation: loop
final class RequestWriter {
    private let sessions: SessionStore
    /// `Shape:` [conversation]; nil for one without data.
    private let tables: [DataTable?]
    private var random: SeededRandom
    private var sequence: UInt64 = 0
    private var path = ByteBuffer()
    private var scratch = ByteBuffer()

    /// What captured values are called, for who looks at a request whose values are not there yet; empty for who sends it.
    ///
    /// `Shape:` [capture]
    var shownCaptures: [String] = []

    init(sessions: SessionStore, tables: [DataTable?], seed: UInt64) {
        self.sessions = sessions
        self.tables = tables
        random = SeededRandom(seed: seed)
    }

    deinit {
        path.destroy()
        scratch.destroy()
    }

    /// Counts a turn that is sent, for `{{seq}}`.
    func beginTurn() { sequence += 1 }

    /// Writes a path.
    ///
    /// - Returns: The path, ended by 0; valid until the next call.
    func path(
        _ template: RequestTemplate,
        below prefix: [UInt8],
        user: Int,
        session: SessionID
    ) -> UnsafePointer<CChar> {
        path.removeAll()
        prefix.withUnsafeBytes { path.append($0) }
        write(template, user: user, session: session, to: &path)
        path.append(0)
        // Safety: it has a byte at least.
        return path.bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }

    /// A header line, ended by 0; valid until the next call.
    func line(_ template: RequestTemplate, user: Int, session: SessionID) -> UnsafePointer<CChar> {
        scratch.removeAll()
        write(template, user: user, session: session, to: &scratch)
        scratch.append(0)
        // Safety: it has a byte at least.
        return scratch.bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }

    /// The values of a user's session that are secret by their names: those of its row of data, and those it has captured.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - captureNames: What captured values are called.
    /// - Returns: The values as texts.
    func secrets(user: Int, captureNames: [String]) -> [String] {
        let state = sessions[user]
        let former = state.pointee.former.bytes.split(separator: UInt8(ascii: "\n"))
        var secrets = former.map { JSONText.text(of: String(decoding: $0, as: UTF8.self)) }
        for (index, name) in captureNames.enumerated() where Shown.isNameOfSecret(name) {
            guard let json = state.pointee.capture(index) else { continue }
            secrets.append(JSONText.text(of: String(decoding: json, as: UTF8.self)))
        }
        guard state.pointee.conversation >= 0, state.pointee.dataRow >= 0,
            let table = tables[Int(state.pointee.conversation)]
        else { return secrets }
        for (column, name) in table.columns.enumerated() where Shown.isNameOfSecret(name) {
            table.withBytes(row: Int(state.pointee.dataRow), column: column) { text, isJSON in
                let text = String(decoding: text, as: UTF8.self)
                secrets.append(isJSON ? JSONText.text(of: text) : text)
            }
        }
        return secrets
    }

    /// Writes a part of a request at the end of a buffer.
    func write(_ template: RequestTemplate, user: Int, session: SessionID, to buffer: inout ByteBuffer) {
        for piece in template.pieces {
            switch piece {
            case .bytes(let bytes): write(bytes, to: &buffer)
            case .value(let value, let form): write(value, form, user: user, session: session, to: &buffer)
            case .member(let key, let value):
                guard isThere(value, user: user) else { continue }
                // Behind the brace it is the first: no value ends with one that opens.
                let isFirst = buffer.bytes.last == UInt8(ascii: "{")
                key.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0.dropFirst(isFirst ? 1 : 0))) }
                write(value, .json, user: user, session: session, to: &buffer)
            case .messages: buffer.append(sessions[user].pointee.history.bytes)
            }
        }
    }

    /// Whether everything is there that stands in a part of a request.
    func hasAll(_ template: RequestTemplate, user: Int) -> Bool {
        template.pieces.allSatisfy { if case .value(let value, _) = $0 { isThere(value, user: user) } else { true } }
    }

    private func isThere(_ value: RequestValue, user: Int) -> Bool {
        if case .capture(let index) = value { sessions[user].pointee.capture(index) != nil } else { true }
    }

    private func write(
        _ value: RequestValue,
        _ form: ValueForm,
        user: Int,
        session: SessionID,
        to buffer: inout ByteBuffer
    ) {
        switch value {
        case .sessionID: write(session, form, to: &buffer)
        case .uuid: write(SessionID(from: &random), form, to: &buffer)
        case .user: write("\(user + 1)", to: &buffer)
        case .sequence: write("\(sequence)", to: &buffer)
        case .nowMs: write("\(Self.nowMs)", to: &buffer)
        case .answer: break
        case .capture(let index):
            guard let json = sessions[user].pointee.capture(index) else {
                if index < shownCaptures.count { return write("{{\(shownCaptures[index])}}", to: &buffer) }
                if form == .json { write("null", to: &buffer) }
                return
            }
            write(JSONText.bytes(of: Array(json), form), to: &buffer)
        case .column(let column):
            let state = sessions[user]
            guard state.pointee.conversation >= 0, state.pointee.dataRow >= 0,
                let table = tables[Int(state.pointee.conversation)]
            else { return }
            table.withBytes(row: Int(state.pointee.dataRow), column: column) { text, isJSON in
                let json =
                    isJSON
                    ? Array(text)
                    : [UInt8(ascii: "\"")] + JSONText.escaped(Array(text)) + [UInt8(ascii: "\"")]
                write(JSONText.bytes(of: json, form), to: &buffer)
            }
        }
    }

    private func write(_ session: SessionID, _ form: ValueForm, to buffer: inout ByteBuffer) {
        if form == .json { buffer.append(UInt8(ascii: "\"")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SessionID.textCount) { text in
            guard let target = text.baseAddress else { return }
            session.write(to: target)
            buffer.append(UnsafeRawBufferPointer(start: target, count: SessionID.textCount))
        }
        if form == .json { buffer.append(UInt8(ascii: "\"")) }
    }

    private func write(_ text: String, to buffer: inout ByteBuffer) { write(Array(text.utf8), to: &buffer) }

    private func write(_ bytes: [UInt8], to buffer: inout ByteBuffer) {
        bytes.withUnsafeBytes { buffer.append($0) }
    }

    private static var nowMs: UInt64 { UInt64(max(Date.now.timeIntervalSince1970, 0) * 1_000) }
}

@available(*, unavailable)
extension RequestWriter: Sendable {}
