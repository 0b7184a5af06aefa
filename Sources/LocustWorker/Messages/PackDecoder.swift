internal import CMsgpack

/// Reads MessagePack, as msgpack-c does.
package enum PackDecoder {
    /// Reads a message.
    ///
    /// - Parameter bytes: What has come, which may be anything.
    /// - Returns: The value.
    /// - Throws: `MessageProblem` when it is no whole value, or a text is no UTF-8.
    package static func decode(_ bytes: [UInt8]) throws(MessageProblem) -> PackValue {
        try PackBounds.check(bytes)
        var unpacked = msgpack_unpacked()
        msgpack_unpacked_init(&unpacked)
        defer { msgpack_unpacked_destroy(&unpacked) }
        let status = bytes.withUnsafeBytes {
            msgpack_unpack_next(&unpacked, $0.bindMemory(to: CChar.self).baseAddress, $0.count, nil)
        }
        guard status == MSGPACK_UNPACK_SUCCESS else { throw MessageProblem("it is no MessagePack") }
        return try value(of: unpacked.data)
    }

    private static func value(of object: msgpack_object) throws(MessageProblem) -> PackValue {
        switch object.type {
        case MSGPACK_OBJECT_NIL: return .null
        case MSGPACK_OBJECT_BOOLEAN: return .bool(object.via.boolean)
        case MSGPACK_OBJECT_POSITIVE_INTEGER: return .count(object.via.u64)
        case MSGPACK_OBJECT_NEGATIVE_INTEGER: return .int(object.via.i64)
        case MSGPACK_OBJECT_FLOAT32, MSGPACK_OBJECT_FLOAT64: return .double(object.via.f64)
        case MSGPACK_OBJECT_STR:
            let bytes = UnsafeRawBufferPointer(start: object.via.str.ptr, count: Int(object.via.str.size))
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw MessageProblem("a text is not UTF-8")
            }
            return .text(text)
        case MSGPACK_OBJECT_BIN:
            return .bytes(Array(UnsafeRawBufferPointer(start: object.via.bin.ptr, count: Int(object.via.bin.size))))
        case MSGPACK_OBJECT_ARRAY:
            var values: [PackValue] = []
            for element in UnsafeBufferPointer(start: object.via.array.ptr, count: Int(object.via.array.size)) {
                values.append(try value(of: element))
            }
            return .array(values)
        case MSGPACK_OBJECT_MAP:
            var members: [PackValue.Member] = []
            for member in UnsafeBufferPointer(start: object.via.map.ptr, count: Int(object.via.map.size)) {
                members.append(PackValue.Member(try value(of: member.key), try value(of: member.val)))
            }
            return .map(members)
        default: throw MessageProblem("a value is of a type that no message has")
        }
    }
}
