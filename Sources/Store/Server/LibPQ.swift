// SPDX-License-Identifier: Apache-2.0

// Debian's libpq, taken up when a central is told of a PostgreSQL server: boards, whose package holds
// the same programs, need no libpq. Source: "libpq, C Library", postgresql.org, chapter 34.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The functions of libpq that are used here, under its own names without `PQ`.
struct LibPQ {
    typealias Connection = OpaquePointer
    typealias Result = OpaquePointer
    typealias Text = UnsafePointer<CChar>
    typealias Texts = UnsafePointer<Text?>

    /// What `PQresultStatus` says; source: libpq-fe.h.
    enum Status {
        static let commandOK: Int32 = 1
        static let tuplesOK: Int32 = 2
        static let pipelineSync: Int32 = 10
        static let pipelineAborted: Int32 = 11
    }

    /// What `PQresultErrorField` is asked for; source: postgres_ext.h.
    enum Field {
        static let sqlState = Int32(UInt8(ascii: "C"))
        static let message = Int32(UInt8(ascii: "M"))
        static let detail = Int32(UInt8(ascii: "D"))
        static let table = Int32(UInt8(ascii: "t"))
        static let column = Int32(UInt8(ascii: "c"))
    }

    /// Types of columns that are integers: int8, int2, int4; source: pg_type.dat.
    static let integerTypes: Set<UInt32> = [20, 21, 23]

    /// The library as the linker names it, and the Debian package that has it.
    static let file = "libpq.so.5"
    static let package = "libpq5"

    let connectdbParams: @convention(c) (Texts, Texts, Int32) -> Connection?
    let status: @convention(c) (Connection?) -> Int32
    let finish: @convention(c) (Connection?) -> Void
    let errorMessage: @convention(c) (Connection?) -> Text?
    let socket: @convention(c) (Connection?) -> Int32
    let setnonblocking: @convention(c) (Connection?, Int32) -> Int32
    let sendQuery: @convention(c) (Connection?, Text) -> Int32
    let sendPrepare:
        @convention(c) (Connection?, Text, Text, Int32, UnsafePointer<UInt32>?) -> Int32
    let sendQueryPrepared:
        @convention(c) (
            Connection?, Text, Int32, Texts?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, Int32
        ) -> Int32
    let enterPipelineMode: @convention(c) (Connection?) -> Int32
    let exitPipelineMode: @convention(c) (Connection?) -> Int32
    let pipelineSync: @convention(c) (Connection?) -> Int32
    let flush: @convention(c) (Connection?) -> Int32
    let consumeInput: @convention(c) (Connection?) -> Int32
    let isBusy: @convention(c) (Connection?) -> Int32
    let getResult: @convention(c) (Connection?) -> Result?
    let resultStatus: @convention(c) (Result?) -> Int32
    let resultErrorField: @convention(c) (Result?, Int32) -> Text?
    let cmdStatus: @convention(c) (Result?) -> Text?
    let cmdTuples: @convention(c) (Result?) -> Text?
    let ntuples: @convention(c) (Result?) -> Int32
    let nfields: @convention(c) (Result?) -> Int32
    let ftype: @convention(c) (Result?, Int32) -> UInt32
    let getisnull: @convention(c) (Result?, Int32, Int32) -> Int32
    let getvalue: @convention(c) (Result?, Int32, Int32) -> Text?
    let clear: @convention(c) (Result?) -> Void
    let conninfoParse:
        @convention(c) (Text, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> OpaquePointer?
    let conninfoFree: @convention(c) (OpaquePointer?) -> Void

    /// Takes up the library; one that is missing, or older than release 14, is an error that says
    /// what to install.
    init(file: String = LibPQ.file) throws(StoreError) {
        guard let library = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            let why = dlerror().map { String(cString: $0) } ?? "no reason given"
            throw StoreError(
                kind: .other, path: file,
                sentence: "the rows of this central are on a PostgreSQL server, and the library "
                    + "that speaks to one is not on this machine (\(why)): run \"apt install "
                    + "\(Self.package)\", then start the central again")
        }
        connectdbParams = try Self.find("PQconnectdbParams", library, file)
        status = try Self.find("PQstatus", library, file)
        finish = try Self.find("PQfinish", library, file)
        errorMessage = try Self.find("PQerrorMessage", library, file)
        socket = try Self.find("PQsocket", library, file)
        setnonblocking = try Self.find("PQsetnonblocking", library, file)
        sendQuery = try Self.find("PQsendQuery", library, file)
        sendPrepare = try Self.find("PQsendPrepare", library, file)
        sendQueryPrepared = try Self.find("PQsendQueryPrepared", library, file)
        enterPipelineMode = try Self.find("PQenterPipelineMode", library, file)
        exitPipelineMode = try Self.find("PQexitPipelineMode", library, file)
        pipelineSync = try Self.find("PQpipelineSync", library, file)
        flush = try Self.find("PQflush", library, file)
        consumeInput = try Self.find("PQconsumeInput", library, file)
        isBusy = try Self.find("PQisBusy", library, file)
        getResult = try Self.find("PQgetResult", library, file)
        resultStatus = try Self.find("PQresultStatus", library, file)
        resultErrorField = try Self.find("PQresultErrorField", library, file)
        cmdStatus = try Self.find("PQcmdStatus", library, file)
        cmdTuples = try Self.find("PQcmdTuples", library, file)
        ntuples = try Self.find("PQntuples", library, file)
        nfields = try Self.find("PQnfields", library, file)
        ftype = try Self.find("PQftype", library, file)
        getisnull = try Self.find("PQgetisnull", library, file)
        getvalue = try Self.find("PQgetvalue", library, file)
        clear = try Self.find("PQclear", library, file)
        conninfoParse = try Self.find("PQconninfoParse", library, file)
        conninfoFree = try Self.find("PQconninfoFree", library, file)
    }

    /// A function of the library. `Function` is the C type of it.
    private static func find<Function>(
        _ name: String, _ library: UnsafeMutableRawPointer, _ file: String
    ) throws(StoreError) -> Function {
        guard let symbol = dlsym(library, name) else {
            throw StoreError(
                kind: .other, path: file,
                sentence: "\(file) has no function \(name): it is older than release 14; install "
                    + "\(package) of Debian 12 or later")
        }
        return unsafeBitCast(symbol, to: Function.self)
    }
}

/// What a server said to a statement that it did not carry out.
struct ServerFault: Error, Hashable {
    /// Five characters; source: "PostgreSQL Error Codes", postgresql.org, appendix A.
    let sqlState: String
    /// The message and its detail, in the server's language: for people alone.
    let message: String
    /// The table and the column that it is about, as `holder.pid`; empty when it names none.
    var place = ""

    /// A statement came after one that failed.
    static let failed = ServerFault(sqlState: "25P02", message: "the transaction has failed")
}

/// The session with the server is gone, and the lock with it.
struct SessionLost: Error, Hashable {
    let why: String
}
