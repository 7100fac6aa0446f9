// swift-tools-version: 6.1

import PackageDescription

/// Every target speaks the same dialect: language mode 6 and the upcoming features that make imports and existentials explicit.
let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

let package = Package(
    name: "stepwell",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Stepwell", targets: ["Stepwell"]),
        .library(name: "StatesJSONata", targets: ["StatesJSONata"]),
        .library(name: "StatesTestKit", targets: ["StatesTestKit"]),
        .executable(name: "stepwell", targets: ["StepwellCommand"]),
        .executable(name: "conformance", targets: ["ConformanceRunner"]),
        .executable(name: "benchmark", targets: ["Benchmarks"]),
    ],
    traits: [
        .trait(name: "CommandLineTool", description: "The `stepwell` command: argument parsing."),
        .trait(name: "YAML", description: "Definitions, functions files and mocks written in YAML."),
        .trait(name: "Server", description: "`stepwell serve`: the AWS JSON protocol over HTTP."),
        .trait(name: "Services", description: "Functions behind URLs and Lambda endpoints."),
        .default(enabledTraits: ["CommandLineTool", "YAML", "Services", "Server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // The embedded part: the toolchain only.
        library("StatesText"),
        library("StatesJSON"),
        library("StatesQuery", ["StatesText", "StatesJSON"]),
        library("StatesJSONata", ["StatesText", "StatesJSON"]),
        library("StatesLanguage", ["StatesText", "StatesJSON", "StatesQuery", "StatesJSONata"]),
        library("StatesKernel", ["StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage"]),
        // What a child process may do between fork and exec has no safe spelling in Swift.
        .target(name: "CStatesProcess"),
        library(
            "StatesRuntime", ["CStatesProcess", "StatesText", "StatesJSON", "StatesQuery", "StatesLanguage", "StatesKernel"]),
        library("StatesJournal", ["StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesRuntime"]),
        library("StatesCost", ["StatesText", "StatesJSON", "StatesLanguage", "StatesKernel"]),
        library(
            "Stepwell",
            [
                "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel", "StatesRuntime", "StatesJournal",
                "StatesCost",
            ]),

        library(
            "StatesTestKit",
            [
                "StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel", "StatesRuntime",
                "StatesCost",
            ]),

        // The edges: what only the command uses, each behind a trait.
        library(
            "StatesTemplates",
            ["StatesJSON", "StatesLanguage", .product(name: "Yams", package: "Yams", condition: .when(traits: ["YAML"]))]),
        library(
            "StatesServices",
            [
                "StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesRuntime",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["Services"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Services"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Services"])),
            ]),
        library(
            "StatesAPI",
            [
                "StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesRuntime",
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Server"])),
            ]),
        .executableTarget(
            name: "StepwellCommand",
            dependencies: [
                "Stepwell", "StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel",
                "StatesRuntime", "StatesJournal", "StatesCost", "StatesTestKit", "StatesTemplates", "StatesServices",
                "StatesAPI",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLineTool"])),
            ],
            swiftSettings: swiftSettings),

        // Development tools.
        .executableTarget(
            name: "ConformanceRunner",
            dependencies: [
                "StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel", "StatesRuntime",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel", "StatesRuntime",
                "StatesJournal",
            ],
            swiftSettings: swiftSettings),
        // Tests, named after what they test.
        tests("StatesTextTests", ["StatesText"]),
        tests("StatesJSONTests", ["StatesJSON"]),
        tests("StatesQueryTests", ["StatesText", "StatesJSON", "StatesQuery"]),
        tests("StatesJSONataTests", ["StatesText", "StatesJSON", "StatesJSONata"]),
        tests("StatesLanguageTests", ["StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage"]),
        tests("StatesKernelTests", ["StatesJSON", "StatesLanguage", "StatesKernel"]),
        tests(
            "StatesRuntimeTests", ["StatesText", "StatesJSON", "StatesQuery", "StatesLanguage", "StatesKernel", "StatesRuntime"]),
        tests(
            "StatesJournalTests", ["StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesRuntime", "StatesJournal"]),
        tests(
            "StatesTestKitTests",
            [
                "StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesRuntime", "StatesTestKit", "StatesTemplates",
            ]),
        tests("StatesCostTests", ["StatesText", "StatesJSON", "StatesLanguage", "StatesKernel", "StatesCost"]),
        tests(
            "StatesAPITests",
            ["StatesText", "StatesJSON", "StatesKernel", "StatesLanguage", "StatesRuntime", "StatesServices", "StatesAPI"]),
        tests("StatesTemplatesTests", ["StatesJSON", "StatesLanguage", "StatesTemplates"]),
        tests(
            "StepwellCommandTests",
            [
                "StepwellCommand", "Stepwell", "StatesText", "StatesJSON", "StatesQuery", "StatesLanguage", "StatesKernel",
                "StatesRuntime", "StatesJournal", "StatesCost", "StatesTestKit", "StatesTemplates", "StatesServices",
            ]),
        tests("ExamplesTests", ["Stepwell", "StatesTemplates"]),
        tests("SimulationTests", ["Stepwell", "StatesTemplates"]),
        tests("ConformanceRunnerTests", ["StatesJSON", "StatesKernel", "ConformanceRunner"]),
        tests("TidinessTests", []),
    ],
    swiftLanguageModes: [.v6]
)
