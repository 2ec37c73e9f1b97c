// SPDX-License-Identifier: Apache-2.0

// Requests to the pages: paths, queries, headers, cookies, forms and JSON, through the very gate and
// routes that a daemon serves. The bytes of HTTP itself are taken apart by swift-nio before.

import Control
import HTTPTypes
import StatusPages

enum PagesTarget {
    /// Nobody reads or acts who has not shown the key; a login leads to no other site; every answer
    /// forbids what is inline or from elsewhere, and nothing that was sent begins a header.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        let rule: ReadingRule = script.byte() & 1 == 0 ? .key : .open
        let site = Site(reading: rule)
        // The first lines of requests are method and path; a line of dashes divides them.
        let text = String(decoding: script.takeRest(), as: UTF8.self)
        for part in text.split(separator: "\n---\n").prefix(8) {
            guard let sent = SentRequest(part, secrets: site.secrets) else { continue }
            guard let answer = site.answer(to: sent) else {
                throw Broken(sentence: "no answer to \(sent.head)")
            }
            try judge(answer.head, to: sent)
            try judgeAccess(answer.head, to: sent, rule: rule)
            try judge(site, after: sent)
            if sent.showsKey, answer.head.headerFields[.setCookie] != nil {
                site.keepSecrets(of: answer.head)
            }
        }
    }

    private static func judge(_ head: HTTPResponse, to sent: SentRequest) throws(Broken) {
        let fields = head.headerFields
        try demand(
            fields[.contentSecurityPolicy]?.hasPrefix("default-src 'self'") == true, "no policy")
        try demand(fields[.xContentTypeOptions] == "nosniff", "its type may be guessed")
        for field in fields {
            let isLine = field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            try demand(isLine, "\(field.name): \(field.value.debugDescription)")
        }
        if let place = fields[.location] {
            try demand(place.hasPrefix("/") && !place.hasPrefix("//"), "it leads to \(place)")
        }
        try demand(head.status.code != 500, "\(sent.head): an error of its own")
    }

    private static func judgeAccess(
        _ head: HTTPResponse, to sent: SentRequest, rule: ReadingRule
    ) throws(Broken) {
        if head.headerFields[.setCookie] != nil {
            try demand(sent.showsKey || sent.hasCookie, "a session without the key: \(sent.body)")
        }
        guard head.status.kind == .successful, !sent.hasCookie, !sent.bearsKey else { return }
        let path = sent.head.path?.prefix { $0 != "?" && $0 != "#" } ?? ""
        let isOpenToAll = path == "/login" || path == "/session" || path.hasPrefix("/assets/")
        let isReading = sent.head.method == .get || sent.head.method == .head
        try demand(
            isOpenToAll || isReading && rule == .open,
            "\(sent.head) is answered to somebody who has not shown the key")
    }

    private static func judge(_ site: Site, after sent: SentRequest) throws(Broken) {
        for request in site.takeAsked() {
            try demand(
                sent.hasCookie && sent.hasToken, "it acts without a session: \(sent.head)")
            try demandFitToPrint(PageAct.text(request), bytesMax: 4_096)
        }
        for sentence in site.takeTold() {
            try demandFitToPrint(sentence, bytesMax: 512)
            try demand(!sentence.contains(Site.key), "the log has the key")
        }
    }
}
