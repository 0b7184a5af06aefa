import LoadEngine

/// Answers that come byte by byte.
extension MockLoop {
    private static var tickNs: UInt64 { 2 * Nanoseconds.perMillisecond }

    func drip(_ connection: Connection.Pointer) {
        for _ in 0..<connection.pointee.bytesPerTick {
            if connection.pointee.output.isEmpty, !takeNextPiece(connection) { return finishAnswer(connection) }
            guard case .sent = sendByte(connection) else { return }
        }
        connection.pointee.dueNs += Self.tickNs
        armTimer(connection)
    }

    /// Puts the next part of the answer into the output; false after the last.
    private func takeNextPiece(_ connection: Connection.Pointer) -> Bool {
        guard !connection.pointee.hasSentMarker else { return false }
        let nowNs = EventLoop.nowNs
        if !connection.pointee.hasSentHeaders {
            beginFrame()
            addHeaders(connection)
        } else if connection.pointee.reasoningLeft > 0 {
            frameReasoning(connection, nowNs: nowNs)
        } else if connection.pointee.eventsSent < connection.pointee.eventsPlanned {
            frameEvent(connection, nowNs: nowNs)
            countEvent(connection, nowNs: nowNs)
        } else {
            _ = frameEnding(connection)
            addTerminator(connection)
            connection.pointee.hasSentMarker = true
        }
        connection.pointee.output.append(frame.bytes)
        return true
    }
}
