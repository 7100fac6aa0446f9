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
        .executable(name: "conformance", targets: ["ConformanceRunner"])
    ],
    targets: [
        library("StatesText"),
        library("StatesJSON"),
        library("StatesQuery", ["StatesText", "StatesJSON"]),
        library("StatesLanguage", ["StatesText", "StatesJSON", "StatesQuery"]),
        library("StatesKernel", ["StatesText", "StatesJSON", "StatesQuery", "StatesLanguage"]),
        .executableTarget(
            name: "ConformanceRunner",
            dependencies: ["StatesText", "StatesJSON", "StatesQuery", "StatesLanguage", "StatesKernel"],
            swiftSettings: swiftSettings),
        tests("StatesKernelTests", ["StatesJSON", "StatesLanguage", "StatesKernel"]),
    ],
    swiftLanguageModes: [.v6]
)
