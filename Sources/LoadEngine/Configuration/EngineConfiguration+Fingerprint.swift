package import FoundationEssentials

extension EngineConfiguration {
    /// What two programs have alike only when they play parts of the same run: a digest of all that decides what is played, when,
    /// and how it is counted, in 16 hexadecimal digits.
    ///
    /// Not in it: where it is played (host, addresses, certificates), what is kept of it, and what may be secret, which are the
    /// values of headers and of a profile's variables. A new property is in it by itself.
    ///
    /// - Returns: The digits.
    /// - Throws: What the encoder throws for a number that JSON cannot hold.
    package func fingerprint() throws -> String {
        var plan = self
        let others = EngineConfiguration(host: "", conversations: [])
        plan.host = others.host
        plan.path = others.path
        plan.headers = others.headers
        plan.caFile = others.caFile
        plan.isInsecure = others.isInsecure
        plan.sourceAddresses = others.sourceAddresses
        plan.waitForHost = others.waitForHost
        plan.maxError = others.maxError
        plan.publishesRows = others.publishesRows
        plan.findsSteadyStretch = others.findsSteadyStretch
        plan.eventLog = others.eventLog
        plan.api = api.withoutValues
        // The same files may be in other folders there: which conversations share one is what counts.
        var files: [String: String] = [:]
        plan.conversations = conversations.map { conversation in
            var conversation = conversation
            conversation.path = ""
            conversation.headers = conversation.headers.map(\.withoutValue)
            if let file = conversation.data?.file {
                conversation.data?.file = files[file, default: "\(files.count)"]
                files[file] = conversation.data?.file
            }
            return conversation
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let digest = MessageDigest.sha256(of: Array(try encoder.encode(plan)))
        return digest.prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The seed of a run whose parts know no other: made from the moment at which all of them begin.
    ///
    /// - Parameter moment: The moment.
    /// - Returns: The same number for the same millisecond, and others for others.
    package static func seed(of moment: Date) -> UInt64 {
        let text = "loadtest \(StartText.text(of: moment))"
        return MessageDigest.sha256(of: Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension APIProfile {
    /// The same without what may be secret.
    fileprivate var withoutValues: APIProfile {
        var profile = self
        profile.variables = variables.mapValues { _ in "" }
        profile.headers = headers.map(\.withoutValue)
        for index in setup.indices { profile.setup[index].headers = setup[index].headers.map(\.withoutValue) }
        return profile
    }
}

extension APIProfile.Header {
    fileprivate var withoutValue: APIProfile.Header {
        var header = self
        header.value = Template([])
        return header
    }
}
