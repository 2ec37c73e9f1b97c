// SPDX-License-Identifier: Apache-2.0

// Where somebody is led who types no more than the address.

import HTTPTypes
import Hummingbird

/// Leads from `/` to a page.
public struct HomePage: PageRoutes {
    private let path: String

    /// Leads to the page at `path`.
    public init(path: String) { self.path = path }

    /// Adds the way.
    public func add(to router: Router<PagesContext>) {
        let path = path
        router.get("/") { _, _ in
            Response(status: .found, headers: [.location: path])
        }
    }
}
