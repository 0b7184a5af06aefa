extension RunRequests {
    /// What the core has to know of the conversations.
    func rules(of conversations: [Conversation], thinkTime: ThinkTime?) -> [SessionRules] {
        let isKept = !isPlain
        return conversations.enumerated().map { index, conversation in
            var rules = SessionRules()
            rules.isKept = isKept
            rules.setupCount = self.conversations[index].setup.count
            rules.hasOtherTokens = apis[apiOf[index]].hasOtherTokens
            let thinkTimes = conversation.turns.indices.lazy.map {
                conversation.thinkTime(beforeTurn: $0, runs: thinkTime)
            }
            if thinkTimes.contains(where: { $0 != .off }) { rules.thinkTimes = Array(thinkTimes) }
            return rules
        }
    }
}
