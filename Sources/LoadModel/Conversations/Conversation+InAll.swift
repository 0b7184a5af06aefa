extension [Conversation] {
    /// The conversations with so many invocations in all, in the same proportions.
    ///
    /// `Formula:` of n invocations among all T a conversation has n × count / T; what is left by rounding down goes to those
    /// with the greatest remainders, ties by their order.
    /// - Parameter count: How many invocations there are to be, from 0 to `Conversation.maximumInvocations`.
    /// - Returns: The conversations, in their order; unchanged when they have no invocations at all.
    package func invocations(inAll count: Int) -> [Conversation] {
        let all = reduce(0) { $0 + UInt64($1.invocations) }
        guard all > 0 else { return self }
        var scaled = self
        var remainders: [(index: Int, remainder: UInt64)] = []
        var left = count
        for (index, conversation) in enumerated() {
            // The product of two numbers up to 10⁹ fits.
            let (share, remainder) = (UInt64(conversation.invocations) * UInt64(count)).quotientAndRemainder(
                dividingBy: all
            )
            scaled[index].invocations = Int(share)
            left -= Int(share)
            remainders.append((index, remainder))
        }
        remainders.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
        for (index, _) in remainders.prefix(left) { scaled[index].invocations += 1 }
        return scaled
    }
}
