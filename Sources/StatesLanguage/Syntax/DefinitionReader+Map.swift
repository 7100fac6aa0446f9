import StatesJSON
import StatesQuery

// Map states (asl.md section 11).
extension DefinitionReader {
    mutating func map(_ fields: Fields, _ language: QueryLanguage, depth: Int) -> StateSyntax.Kind {
        if fields["ItemProcessor"] == nil, fields["Iterator"] == nil { oneIsRequired("ItemProcessor", "Iterator", in: fields) }
        atMostOne("ItemProcessor", "Iterator", in: fields)
        atMostOne("ItemSelector", "Parameters", in: fields)
        let (processor, isDistributed) = processor(fields, depth: depth)
        if !isDistributed { refuseDistributedFields(in: fields) }
        distributed(fields, language)
        let isJSONPath = language == .jsonPath
        let selectorField = fields["ItemSelector"] ?? fields["Parameters"]
        let selector: Template? =
            switch language {
            case .jsonPath: template(selectorField, in: fields).map { .jsonPath($0) }
            case .jsonata: values(of: fields["ItemSelector"], in: fields).map { .jsonata($0) }
            }
        return .map(
            MapSyntax(
                processor: processor, isDistributed: isDistributed, label: label(fields),
                itemsPath: isJSONPath ? referencePath(fields["ItemsPath"], in: fields) : nil,
                items: isJSONPath ? nil : items(fields), itemSelector: selector,
                maxConcurrency: count("MaxConcurrency", in: fields, 0...Int64(Int32.max), language) ?? .literal(0),
                resultSelector: isJSONPath ? template(fields["ResultSelector"], in: fields) : nil,
                resultPath: isJSONPath ? resultPlacement(in: fields) : .replace))
    }

    // MARK: The processor

    private mutating func processor(_ fields: Fields, depth: Int) -> (ScopeSyntax?, isDistributed: Bool) {
        guard let member = fields["ItemProcessor"] ?? fields["Iterator"] else { return (nil, false) }
        let pointer = fields.pointer(of: member.name)
        let isDistributed = member.value["ProcessorConfig"]?["Mode"].map { $0.value.string == "DISTRIBUTED" } ?? false
        guard
            let (scope, processor) = branch(
                member.value, at: pointer, head: member.nameRange, .processor, depth: depth, seesOuterVariables: !isDistributed)
        else { return (nil, isDistributed) }
        if let config = processor["ProcessorConfig"] { processorConfig(config, at: processor.pointer(of: "ProcessorConfig")) }
        if isDistributed {
            unsupported.append(UnsupportedFeature(what: "Distributed Map", pointer: fields.pointer, range: fields.headRange))
        }
        return (scope, isDistributed)
    }

    private mutating func processorConfig(_ member: JSONNode.Member, at pointer: String) {
        guard let raw = object(member.value, at: pointer, head: member.nameRange) else { return }
        let mode = word(raw["Mode"], of: ["INLINE", "DISTRIBUTED"], in: raw)
        let isInline = raw["Mode"] == nil || mode == "INLINE"
        guard let config = fields(of: member.value, at: pointer, head: member.nameRange, .processorConfig, language: nil) else {
            return
        }
        if isInline, let place = config["ExecutionType"] {
            report(
                "Field 'ExecutionType' is not supported", at: pointer, place.nameRange,
                suggestion: "only with \"Mode\": \"DISTRIBUTED\"")
        } else {
            _ = word(config["ExecutionType"], of: ["STANDARD", "EXPRESS"], in: config)
        }
        guard mode == "DISTRIBUTED" else { return }
        require("ExecutionType", in: config)
        if type == .express, let place = config["Mode"] {
            report(
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
                at: config.pointer(of: "Mode"), place.value.range)
        }
    }

    /// What only child executions can do (check 86). AWS was seen to accept tolerated failures on an inline Map, where they mean nothing.
    private mutating func refuseDistributedFields(in fields: Fields) {
        for member in fields.members {
            let isTolerated = member.name.hasPrefix("ToleratedFailure")
            guard isTolerated || ["ItemReader", "ItemBatcher", "ResultWriter", "Label"].contains(member.name) else { continue }
            report(
                .schemaValidationFailed, isTolerated ? .warning : .error, "Field '\(member.name)' is not supported",
                at: fields.pointer,
                member.nameRange, suggestion: "it needs \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", …}")
        }
    }

    // MARK: Items and numbers

    /// `Items`: an array, an object, or an expression.
    private mutating func items(_ fields: Fields) -> JSONataTemplate? {
        guard let member = fields["Items"] else { return nil }
        switch member.value.content {
        case .array, .object: return values(of: member, in: fields)
        case .string(let text) where text.hasPrefix("{%"): return values(of: member, in: fields)
        case .null, .bool, .number, .string, .symbol:
            mismatch("ARRAY", member.value, at: fields.pointer(of: "Items"))
            return nil
        }
    }

    /// A whole number: given, found by its `Path` form, or an expression.
    private mutating func count(
        _ name: String, in fields: Fields, _ bounds: ClosedRange<Int64>, _ language: QueryLanguage
    ) -> SecondsSource? {
        atMostOne(name, name + "Path", in: fields)
        if let member = fields[name] {
            switch expression(member, in: fields, language) {
            case .found(let expression): return .expression(expression)
            case .unreadable: return nil
            case .none: break
            }
            return integer(member, in: fields, bounds, suggestion: pathSuggestion(member, language)).map { .literal($0) }
        }
        guard language == .jsonPath else { return nil }
        return referencePath(fields[name + "Path"], in: fields).map { .path($0) }
    }

    private mutating func label(_ fields: Fields) -> Field<String>? {
        guard let member = fields["Label"], let label = string(member, in: fields), member.value.firstSymbol == nil else {
            return nil
        }
        let pointer = fields.pointer(of: "Label")
        if label.value.isEmpty {
            report(.invalidLabelName, .error, "Label name cannot be empty", at: pointer, label.range)
        } else if label.value.unicodeScalars.count > 40 {
            report(
                .invalidLabelName, .error, "Label name '\(label.value)' exceeds the 40-character limit allowed by the service",
                at: pointer, label.range)
        } else if let character = MachineName.forbiddenCharacter(in: label.value) {
            report(
                .invalidLabelName, .error, "Label name '\(label.value)' contains \(MachineName.description(of: character))",
                at: pointer,
                label.range)
        }
        return label
    }

    // MARK: Distributed

    private mutating func distributed(_ fields: Fields, _ language: QueryLanguage) {
        _ = count("ToleratedFailureCount", in: fields, 0...Int64.max, language)
        percentage(fields, language)
        if let member = fields["ItemReader"] { itemReader(member, at: fields.pointer(of: "ItemReader"), language) }
        if let member = fields["ItemBatcher"] { itemBatcher(member, at: fields.pointer(of: "ItemBatcher"), language) }
        if let member = fields["ResultWriter"] { resultWriter(member, at: fields.pointer(of: "ResultWriter"), language) }
    }

    private mutating func percentage(_ fields: Fields, _ language: QueryLanguage) {
        let name = "ToleratedFailurePercentage"
        atMostOne(name, name + "Path", in: fields)
        if let member = fields[name], case .none = expression(member, in: fields, language) {
            _ = number(member, in: fields, 0...100)
        }
        if language == .jsonPath { _ = referencePath(fields[name + "Path"], in: fields) }
    }

    private mutating func itemReader(_ member: JSONNode.Member, at pointer: String, _ language: QueryLanguage) {
        guard let reader = fields(of: member.value, at: pointer, head: member.nameRange, .itemReader, language: language) else {
            return
        }
        let arguments = language == .jsonPath ? "Parameters" : "Arguments"
        require("Resource", arguments, in: reader)
        checkResource(of: reader, ["s3:getObject", "s3:listObjectsV2"])
        request(arguments, in: reader, language)
        if let config = reader["ReaderConfig"] { readerConfig(config, at: reader.pointer(of: "ReaderConfig"), language) }
    }

    private mutating func request(_ name: String, in fields: Fields, _ language: QueryLanguage) {
        guard let member = fields[name] else { return }
        switch language {
        case .jsonPath: _ = template(member, in: fields)
        case .jsonata:
            guard case .none = expression(member, in: fields, language) else { return }
            guard case .object = member.value.content else { return mismatch("OBJECT", member.value, at: fields.pointer(of: name)) }
            _ = values(of: member, in: fields)
        }
    }

    /// The resource names one of a few actions.
    private mutating func checkResource(of fields: Fields, _ actions: [String]) {
        guard let text = string(fields["Resource"], in: fields), symbols(in: text.value).isEmpty else { return }
        let parts = text.value.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 7, parts[0] == "arn", parts[2] == "states", actions.contains("\(parts[5]):\(parts[6])") { return }
        let examples = actions.map { "arn:<partition>:states:::\($0)" }.joined(separator: ", ")
        report(
            "The field 'Resource' does not match any of the allowed values. Examples: [\(examples)]",
            at: fields.pointer(of: "Resource"),
            text.range)
    }

    private mutating func readerConfig(_ member: JSONNode.Member, at pointer: String, _ language: QueryLanguage) {
        guard let config = fields(of: member.value, at: pointer, head: member.nameRange, .readerConfig, language: language) else {
            return
        }
        let input = word(config["InputType"], of: ["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"], in: config)
        let transformation = word(config["Transformation"], of: ["NONE", "LOAD_AND_FLATTEN"], in: config)
        let manifest = word(config["ManifestType"], of: ["ATHENA_DATA", "S3_INVENTORY"], in: config)
        _ = word(config["CSVDelimiter"], of: ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"], in: config)
        _ = string(config["ItemsPointer"], in: config)
        csvHeaders(config, input)
        if transformation == "LOAD_AND_FLATTEN", config["InputType"] == nil { require("InputType", in: config) }
        if manifest == "S3_INVENTORY", let place = config["InputType"], input != "MANIFEST" {
            report("Field 'InputType' is not supported", at: pointer, place.nameRange, suggestion: "an S3 inventory is always CSV")
        }
        _ = count("MaxItems", in: config, 0...Int64.max, language)
    }

    private mutating func csvHeaders(_ config: Fields, _ input: String?) {
        let location = word(config["CSVHeaderLocation"], of: ["FIRST_ROW", "GIVEN"], in: config)
        if location == "GIVEN" { require("CSVHeaders", in: config) }
        if let headers = config["CSVHeaders"] {
            if config["CSVHeaderLocation"] == nil || location == "FIRST_ROW" {
                report(
                    "Field 'CSVHeaders' is not supported", at: config.pointer, headers.nameRange,
                    suggestion: "it needs \"CSVHeaderLocation\": \"GIVEN\"")
            }
            for (index, header) in (elements(of: headers, in: config) ?? []).enumerated() where header.value.string == nil {
                mismatch("STRING", header, at: "\(config.pointer(of: "CSVHeaders"))[\(index)]")
            }
        }
        if input == "JSON" || input == "JSONL" || input == "PARQUET", let place = config["CSVHeaderLocation"] {
            report("Field 'CSVHeaderLocation' is not supported", at: config.pointer, place.nameRange)
        }
        if input == "CSV", config["CSVHeaderLocation"] == nil, config["ManifestType"] == nil {
            report("The field 'CSVHeaderLocation' is required", at: config.pointer, config.headRange)
        }
    }

    private mutating func itemBatcher(_ member: JSONNode.Member, at pointer: String, _ language: QueryLanguage) {
        guard let batcher = fields(of: member.value, at: pointer, head: member.nameRange, .itemBatcher, language: language) else {
            return
        }
        let limits = ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"]
        if !batcher.members.contains(where: { limits.contains($0.name) }) {
            report(
                "At least one of these fields is required: [\(limits.joined(separator: ", "))]", at: pointer, batcher.headRange)
        }
        _ = count("MaxItemsPerBatch", in: batcher, 1...Int64.max, language)
        _ = count("MaxInputBytesPerBatch", in: batcher, 1...262_144, language)
        if let input = batcher["BatchInput"] {
            switch language {
            case .jsonPath: _ = template(input, in: batcher)
            case .jsonata: _ = values(of: input, in: batcher)
            }
        }
    }

    private mutating func resultWriter(_ member: JSONNode.Member, at pointer: String, _ language: QueryLanguage) {
        guard let writer = fields(of: member.value, at: pointer, head: member.nameRange, .resultWriter, language: language) else {
            return
        }
        let arguments = language == .jsonPath ? "Parameters" : "Arguments"
        if writer["WriterConfig"] == nil, writer["Resource"] == nil, writer[arguments] == nil {
            report(
                "At least one of these fields is required: [WriterConfig, Resource, \(arguments)]", at: pointer, writer.headRange)
        } else if writer["Resource"] != nil || writer[arguments] != nil {
            require("Resource", arguments, in: writer)
            checkResource(of: writer, ["s3:putObject"])
            request(arguments, in: writer, language)
        }
        guard let member = writer["WriterConfig"],
            let config = fields(
                of: member.value, at: writer.pointer(of: "WriterConfig"), head: member.nameRange, .writerConfig, language: nil)
        else { return }
        _ = word(config["Transformation"], of: ["NONE", "COMPACT", "FLATTEN"], in: config)
        _ = word(config["OutputType"], of: ["JSON", "JSONL"], in: config)
    }
}
