#if CommandLineTool
    import ArgumentParser
    import StatesJournal
    import StatesLanguage
    import StatesRuntime

    /// What a subcommand that throws says, and the exit status it leaves.
    enum Ending {
        /// Says what there is to say about an error.
        static func status(of error: any Error) -> Int32 {
            if let complaint = complaint(of: error) {
                if !complaint.message.isEmpty { StandardStream.error.tell(message(complaint)) }
                return complaint.status.rawValue
            }
            if let fault = error as? StreamFault {
                // A reader that has seen enough is no fault: `stepwell history x | head`.
                if fault.isBrokenPipe { return 0 }
                StandardStream.error.tell("error: standard output: \(systemMessage(fault.errorNumber))")
                return Complaint.Status.fault.rawValue
            }
            return parsing(error)
        }

        /// Help, version and usage errors. The parser's own status for the last is 64.
        private static func parsing(_ error: any Error) -> Int32 {
            let status = StepwellTool.exitCode(for: error)
            let message = StepwellTool.fullMessage(for: error)
            if status.isSuccess {
                try? StandardStream.output.write(message + "\n")
                return 0
            }
            StandardStream.error.tell(message)
            return status == .validationFailure ? Complaint.Status.cannotAsk.rawValue : status.rawValue
        }

        private static func message(_ complaint: Complaint) -> String {
            // A message with a place says "error" itself.
            complaint.isPlain || complaint.message.contains(": error: ") ? complaint.message : "error: \(complaint.message)"
        }

        /// The errors of the layers below, by who can do something about them.
        private static func complaint(of error: any Error) -> Complaint? {
            switch error {
            case let complaint as Complaint: complaint
            case let invalid as InvalidDefinition: .cannotAsk(invalid.description)
            case let unsupported as UnsupportedFeature: .cannotAsk(unsupported.description)
            case let unresolved as UnresolvedSymbols: .cannotAsk(unresolved.description)
            case let refused as RuntimeError: Complaint(status: status(of: refused), message: DisplayText.visible("\(refused)"))
            case let fault as JournalFault: Complaint(status: status(of: fault), message: DisplayText.visible("\(fault)"))
            default: nil
            }
        }

        private static func status(of error: RuntimeError) -> Complaint.Status {
            switch error {
            case .executionAlreadyExists, .invalidName, .invalidInput, .invalidOutput, .executionDoesNotExist, .invalidToken,
                .taskTimedOut, .noTaskWaiting, .severalTasksWaiting, .isExpress, .invalidStoredDefinition, .unsupported,
                .noTestCase:
                .cannotAsk
            case .damaged, .unanswered, .journalFailed, .noThread, .closed: .fault
            }
        }

        private static func status(of fault: JournalFault) -> Complaint.Status {
            switch fault {
            case .locked, .noJournal, .newerFormat, .readOnly: .cannotAsk
            case .damaged, .file, .closed, .tooLarge, .unsettled: .fault
            }
        }
    }
#endif
