// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/addressing/origin.h"
#include "federation/discovery/handle.h"
#include "federation/discovery/jrd.h"
#include "federation/vocab/actor.h"

#include <string>
#include <string_view>

namespace kith::discovery {

/// The address to ask about a handle: `https://domain/.well-known/webfinger?resource=acct%3A…`. `scheme` differs in
/// tests only.
std::string webfinger_address(const Handle& handle, std::string_view scheme = "https");

/// What a request to our own WebFinger asks for.
struct Resource {
    enum class Kind { Handle, Address, Origin };
    Kind kind = Kind::Handle;
    Handle handle;       ///< of Kind::Handle
    std::string address; ///< of Kind::Address: an actor's id or its page
    std::string origin;  ///< of Kind::Origin: a server itself (FEP-d556), normalised
};
/// Reads the decoded `resource` parameter. `invalid` when it is neither a handle nor a web address.
Result<Resource> parse_resource(std::string_view text);

/// The answer for an account: `self` to the actor, its page, and where remote follows begin (`{uri}` in it; may be
/// empty).
Jrd account_jrd(const Handle& handle, std::string_view actor_id, std::string_view page,
                std::string_view subscribe_template = {});
/// The answer for the server itself: its instance actor (FEP-d556).
Jrd server_jrd(std::string_view origin, std::string_view instance_actor);

/// One step of finding the actor that a handle names.
struct Finding {
    enum class State {
        Found, ///< `handle` names `actor_id`; the actor's document still has to agree (`check_actor_handle`).
        AskAgain, ///< The answer says that the handle is another one: ask its domain, once.
        Refused
    };
    State state = State::Refused;
    Handle handle;
    std::string actor_id;
    std::string reason;
};

/// Reads an answer to a question about `asked`. A subject on another domain is only a claim: anybody can say it. So the
/// domain it names is asked, too, and must give the same actor (`confirm`); the answer of that domain counts.
Finding read_finding(const Handle& asked, const Jrd& answer, addressing::IdPolicy policy = {});
/// The second step after AskAgain: the subject's own domain must confirm both the handle and the actor.
Finding confirm(const Finding& first, const Jrd& answer, addressing::IdPolicy policy = {});

/// Closes the circle: the fetched actor has the id and calls itself by the handle's name. `invalid` when not.
Result<void> check_actor_handle(const Finding& found, const vocab::Actor& actor);

/// The handle to ask about for an actor that came by its id: its `webfinger` (FEP-2c59) or preferredUsername at its
/// host. The answer must name this actor, or the actor has no handle that may be shown as its own.
Result<Handle> claimed_handle(const vocab::Actor& actor);

} // namespace kith::discovery
