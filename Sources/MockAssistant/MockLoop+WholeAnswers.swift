import LoadEngine

/// Answers that are sent in one piece: health, refusals and faults.
extension MockLoop {
    func answer(
        _ connection: Connection.Pointer,
        _ status: StaticString,
        header: StaticString = "",
        json: StaticString,
        isHead: Bool = false
    ) {
        beginFrame()
        payload.append(json)
        sendAnswer(connection, status, header: header, isHead: isHead)
    }

    func answer(
        _ connection: Connection.Pointer,
        _ status: StaticString,
        header: StaticString = "",
        error: StaticString,
        isHead: Bool = false
    ) {
        if dialect != nil {
            let refusal = Refusal(status: status, message: error)
            return answer(connection, refusal, header: header, isHead: isHead)
        }
        beginFrame()
        payload.append("{\"error\":")
        payload.append(jsonString: UnsafeRawBufferPointer(start: error.utf8Start, count: error.utf8CodeUnitCount))
        payload.append("}")
        sendAnswer(connection, status, header: header, isHead: isHead)
    }

    /// Answers a request that cannot be read to its end, and closes the connection with it.
    func refuse(_ connection: Connection.Pointer, _ status: StaticString, _ error: StaticString) {
        connection.pointee.keepsAlive = false
        answer(connection, status, error: error)
    }

    /// Sends the payload as a whole answer.
    func sendAnswer(
        _ connection: Connection.Pointer,
        _ status: StaticString,
        header: StaticString,
        isHead: Bool
    ) {
        AnswerText.answer(
            into: &frame,
            status: status,
            header: header,
            body: payload.bytes,
            isHead: isHead,
            closes: !connection.pointee.keepsAlive
        )
        sendLastFrame(connection)
    }
}
