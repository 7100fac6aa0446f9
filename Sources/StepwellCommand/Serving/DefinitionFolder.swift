#if CommandLineTool && Server
    import StatesAPI
    import StatesJSON
    import StatesLanguage
    import StatesRuntime
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// A folder whose definitions are state machines of a server, each under its file's name.
    final class DefinitionFolder: Sendable {
        private let folder: String
        private let service: StatesService
        /// What each file had when it was last taken up.
        private let seen = Mutex<[String: [UInt8]]>([:])

        /// Takes up every definition of the folder.
        ///
        /// - Throws: `Complaint` for a folder that cannot be read, or a definition that is wrong.
        init(_ folder: String, service: StatesService) throws {
            self.folder = folder
            self.service = service
            for path in try DefinitionSearch.definitions(at: [folder]) { try takeUp(path) }
        }

        /// Looks at the files once a second, for as long as the folder is of use to somebody. A definition that is wrong is told and
        /// left as it was.
        func watch() throws {
            _ = try SystemThread { [weak self] in
                while let folder = self {
                    folder.lookAgain()
                    sleep(1)
                }
            }
        }

        private func lookAgain() {
            do {
                for path in try DefinitionSearch.definitions(at: [folder]) { try takeUp(path) }
            } catch let complaint as Complaint {
                StandardStream.error.tell(complaint.message)
            } catch {
                StandardStream.error.tell("\(error)")
            }
        }

        private func takeUp(_ path: String) throws {
            let bytes = try TextFile.readBytes(path)
            guard seen.withLock({ $0[path] }) != bytes else { return }
            seen.withLock { $0[path] = bytes }
            let (node, _) = try NodeFile.read(path)
            let name = DefinitionFile.stem(of: path)
            let problem = service.takeUp(name: name, definition: node.value.compactText)
            if let problem { throw Complaint.cannotAsk("\(path): \(problem)") }
        }
    }
#endif
