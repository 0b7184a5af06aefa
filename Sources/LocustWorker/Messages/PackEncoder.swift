internal import CMsgpack

/// Writes MessagePack, as msgpack-c does.
package enum PackEncoder {
    /// Writes a value.
    ///
    /// - Parameter value: The value; its texts and lists are shorter than 4 GiB.
    /// - Returns: Its bytes, the fewest that it can have.
    package static func encode(_ value: PackValue) -> [UInt8] {
        var buffer = msgpack_sbuffer()
        msgpack_sbuffer_init(&buffer)
        defer { msgpack_sbuffer_destroy(&buffer) }
        return withUnsafeMutablePointer(to: &buffer) { buffer in
            var packer = msgpack_packer()
            msgpack_packer_init(&packer, buffer, msgpack_sbuffer_write)
            pack(value, with: &packer)
            return Array(UnsafeRawBufferPointer(start: buffer.pointee.data, count: buffer.pointee.size))
        }
    }

    // What is written into memory cannot fail, but for want of memory, of which Swift itself ends a program.
    private static func pack(_ value: PackValue, with packer: inout msgpack_packer) {
        switch value {
        case .null: _ = msgpack_pack_nil(&packer)
        case .bool(let isTrue): _ = isTrue ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer)
        case .int(let number): _ = msgpack_pack_int64(&packer, number)
        case .large(let number): _ = msgpack_pack_uint64(&packer, number)
        case .double(let number): _ = msgpack_pack_double(&packer, number)
        case .text(let text):
            var text = text
            text.withUTF8 { _ = msgpack_pack_str_with_body(&packer, $0.baseAddress, $0.count) }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { _ = msgpack_pack_bin_with_body(&packer, $0.baseAddress, $0.count) }
        case .array(let values):
            msgpack_pack_array(&packer, values.count)
            for value in values { pack(value, with: &packer) }
        case .map(let members):
            msgpack_pack_map(&packer, members.count)
            for member in members {
                pack(member.key, with: &packer)
                pack(member.value, with: &packer)
            }
        }
    }
}
