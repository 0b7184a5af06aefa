/// What does not go together in what answers mean.
extension APIProfile {
    /// The kinds of events that users see.
    private static let tokenKinds: Set<EventRule.Kind> = [.content, .reasoning, .tool]

    func rules() -> [Mistake] {
        var mistakes: [Mistake] = []
        for (index, rule) in events.enumerated() {
            let place = "\(Part.events.place)[\(index)]"
            if rule.data != nil, rule.readsJSON {
                mistakes.append(
                    Mistake(place + ".data", "this is the whole data: expected no other condition on it", of: .events)
                )
            }
            if rule.event != nil, framing == .ndjson || framing == .json {
                mistakes.append(
                    Mistake(
                        place + ".event",
                        "with framing \(framing.rawValue) events have no names: expected another condition",
                        of: .events,
                        .framing
                    )
                )
            }
            if rule.isCumulative { mistakes += cumulative(rule, at: place) }
            if rule.isLast, !Self.tokenKinds.contains(rule.kind) {
                mistakes.append(
                    Mistake(
                        place + ".last",
                        "expected this in rules of content, reasoning and tool only, found it in one of "
                            + rule.kind.rawValue,
                        of: .events
                    )
                )
            }
            if let earlier = events[..<index].firstIndex(where: { $0.covers(rule) }) {
                mistakes.append(
                    Mistake(
                        place,
                        "this rule never matches: \(Part.events.place)[\(earlier)] comes first and matches the same "
                            + "events; put it before that, or remove it",
                        of: .events
                    )
                )
            }
            if history == .live, rule.kind == .content, rule.readsJSON, rule.text == nil {
                mistakes.append(
                    Mistake(
                        place,
                        "history live sends the text of the answer: expected \"text\", where it is in the event",
                        of: .events,
                        .history
                    )
                )
            }
        }
        let places = nameUses.filter { $0.part == .message && $0.name == "content" }
        if history == .live, message != nil, places.count != 1 {
            mistakes.append(
                Mistake(
                    Part.message.place,
                    "history live puts the text of each answer in the place of {{content}}: expected it once in the message, "
                        + "found it \(places.count) times",
                    of: .message,
                    .history
                )
            )
        }
        if !events.contains(where: { Self.tokenKinds.contains($0.kind) }) {
            mistakes.append(
                Mistake(
                    Part.events.place,
                    "no event is content, reasoning or tool: expected a rule for the text of the answer",
                    of: .events
                )
            )
        }
        return mistakes
    }

    private func cumulative(_ rule: EventRule, at place: String) -> [Mistake] {
        guard rule.kind == .content || rule.kind == .reasoning else {
            return [
                Mistake(
                    place + ".cumulative",
                    "expected this in rules of content and reasoning only, found it in one of \(rule.kind.rawValue)",
                    of: .events
                )
            ]
        }
        guard rule.text == nil else { return [] }
        return [
            Mistake(
                place + ".cumulative",
                "expected \"text\" in the same rule, the place of the text that is repeated",
                of: .events
            )
        ]
    }

    func endsWithoutCause() -> [Mistake] {
        var mistakes: [Mistake] = []
        for (index, end) in ends.enumerated() {
            let place = "\(Part.ends.place)[\(index)]"
            if end == .marker, !events.contains(where: \.completes) {
                mistakes.append(
                    Mistake(
                        place,
                        #"no event can be the marker: expected a rule such as {"is": "end", "data": "[DONE]"}"#,
                        of: .ends,
                        .events
                    )
                )
            }
            if end == .finishReason, finishReason.isEmpty {
                mistakes.append(
                    Mistake(
                        place,
                        "no finish reason can come: expected \"finish_reason\", where it is in events",
                        of: .ends,
                        .finishReason
                    )
                )
            }
        }
        if !ends.contains(.marker), let index = events.firstIndex(where: \.completes) {
            mistakes.append(
                Mistake(
                    "\(Part.events.place)[\(index)]" + (events[index].kind == .end ? ".is" : ".last"),
                    "an end completes nothing: expected \"marker\" in \"ends\", or another kind of event here",
                    of: .ends,
                    .events
                )
            )
        }
        if framing == .json, ends == [.marker], !events.contains(where: \.isLast) {
            mistakes.append(
                Mistake(
                    Part.ends.place,
                    "with framing json the whole answer is one event, which cannot be content and the marker: expected eof, "
                        + "finish_reason, or \"last\": true in the rule of the content",
                    of: .ends,
                    .framing
                )
            )
        }
        return mistakes
    }
}

extension EventRule {
    /// Whether an answer is complete with an event that it matches.
    fileprivate var completes: Bool { kind == .end || isLast }
}
