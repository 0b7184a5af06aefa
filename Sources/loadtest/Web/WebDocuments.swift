import NIOCore
import Synchronization

/// Makes what the page's server has of a run, such as reports: each once for all who ask at the same time, one at a time,
/// and no more than there is room for while they are read.
/// - Isolation: any thread
final class WebDocuments: Sendable {
    /// A body and its media type; it is there until the last who reads it has it whole.
    final class Document: Sendable {
        let bytes: ByteBuffer
        let type: String
        private let room: Room

        fileprivate init(_ bytes: [UInt8], type: String, in room: Room) {
            self.bytes = ByteBuffer(bytes: bytes)
            self.type = type
            self.room = room
            room.bytes.withLock { $0 += bytes.count }
        }

        deinit { room.bytes.withLock { $0 -= bytes.readableBytes } }
    }

    /// Why there is no document.
    struct Missing: Error {
        /// The status of the answer.
        let status: Int
        let message: String
    }

    fileprivate final class Room: Sendable {
        let bytes = Mutex(0)
    }

    /// What all documents may take before no further one is made: readers who are slow keep theirs.
    static let mostBytes = 256 << 20

    private let runs: WebRuns
    private let thread: RenderThread
    private let mostBytes: Int
    private let room = Room()

    /// Makes documents of the page's runs.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - thread: Where they are made.
    ///   - mostBytes: What they may take before no further one is made.
    init(of runs: WebRuns, on thread: RenderThread = RenderThread(), mostBytes: Int = mostBytes) {
        self.runs = runs
        self.thread = thread
        self.mostBytes = mostBytes
    }

    /// One kind of document, which those who ask for it share.
    ///
    /// - Parameters:
    ///   - type: Its media type.
    ///   - source: What it is made of.
    ///   - make: Makes it.
    /// - Returns: What gets it; throws `Missing` when there is no room for another one, and what `make` throws.
    func kind<Source: Sendable>(
        _ type: String,
        of source: @escaping @Sendable (WebRuns) async -> Source,
        make: @escaping @Sendable (Source) throws -> [UInt8]
    ) -> @Sendable () async throws -> Document {
        let shared = SharedResult<Document>()
        return { [runs, thread, mostBytes, room] in
            try await shared.value(at: await runs.stand) {
                guard room.bytes.withLock({ $0 < mostBytes }) else {
                    throw Missing(
                        status: 503,
                        message:
                            "there is no room for another document while those before are still being read: try again "
                            + "in a minute"
                    )
                }
                let source = await source(runs)
                return try await thread.run { Document(try make(source), type: type, in: room) }
            }
        }
    }
}
