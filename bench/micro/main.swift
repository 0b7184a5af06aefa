import FoundationEssentials

// Prints what each part costs, as JSON: bench-micro [ROUNDS]. See bench/README.md.
let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
guard rounds > 0, CommandLine.arguments.count < 3 else { fatalError("usage: bench-micro [ROUNDS]") }

let parts = ParserParts.all() + RecorderParts.all() + UserParts.all() + EventLogParts.all()
// Once before, so that buffers and pages have grown.
for part in parts { part.run() }
let allocations = parts.map { $0.allocations() }
// All parts in each round: the speed of the machine drifts, and so hits all of them alike.
var times: [[Double]] = parts.map { _ in [] }
for _ in 0..<rounds {
    for (index, part) in parts.enumerated() { times[index].append(part.timed()) }
}

let measured = zip(parts, zip(times, allocations)).map { part, values in
    Measured(name: part.name, nsPerEvent: values.0, allocationsPerEvent: values.1)
}
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
encoder.outputFormatting = .sortedKeys
print(String(decoding: try encoder.encode(measured), as: UTF8.self))
