extension RunPlan {
    /// The ports that the run's turns will take; nil where connections are kept.
    package func unkeptPorts() -> UnkeptPorts? {
        guard !configuration.keepsConnections else { return nil }
        let facts = SystemFacts.current()
        let table = PortsInUse(toAddress: target.numericAddress, port: target.port)
        let addresses = sources.isEmpty ? [nil] : sources.map { Optional($0) }
        func sum(_ count: (SourceAddress?) -> Int) -> Int { addresses.reduce(0) { $0 + count($1) } }
        return UnkeptPorts(
            ports: facts.portCount * addresses.count,
            inUse: sum { table.count(in: facts.portRange, from: $0) },
            ended: sum { table.endedCount(in: facts.portRange, from: $0) },
            secondsKept: table.reusesTimeWait ? PortsInUse.secondsUntilReuse : UnkeptPorts.secondsKept
        )
    }
}
