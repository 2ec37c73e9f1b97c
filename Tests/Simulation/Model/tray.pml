// SPDX-License-Identifier: Apache-2.0

// The hand-off of a waiting ticket between a central and two controllers, for an exhaustive search by
// Spin: deal, withdraw, yield, call, fence, crashes, broken links and, by a switch, a lost database.
// ./check runs it. Every step names the function of Sources/QueueCore that it models; what no step
// models (booths, numbers, days, classes, the order among tickets) cannot change who has a ticket.
//
// What stands for what
//   memory, disk   A step changes memory; commit() copies it to the disk and only then sends. With
//                  SPLIT others may act between the two. Without it both are one step and nothing is
//                  lost: what is not on disk was seen by nobody, so a crash before the commit is a
//                  crash before the step; a crash loses what is in flight, so one between the commit
//                  and the sending is a crash after the step.
//   a broken link  Both ends see it at once and all in flight is lost. An end that notices later only
//                  does what it could have done before.
//   a statement    report() to `reportEnded` is one fact: the central applies it whole or not at all.
//   which          Where the code weighs (whose tray, which ticket, when to ask back), the model
//                  may do any of it: see taker(of:_:), keepOrder(_:), next(for:).
//
// What the central promises of a conflict: it is told at least once. It is told at most once, unless
// the central was rebuilt or the caller began an epoch: then the statement tells it again, for it may
// be the only thing that remembers (of a central from an old copy, whose controllers have let go of
// the facts), and better told twice than never: conflict_never_told, conflict_told_too_often.
//
// A yield names the order that it answers, and numbers begin anew with each log of orders (a new
// epoch of either side). A yield told again in a new epoch keeps its old number: it comes before the
// statement, and nothing is dealt to its controller until that is heard; after that dealtBy is 0.
//
// Switches: TICKETS, BREAKS, CRASHES (of a controller), CENTRAL_CRASHES, WITHDRAWS, FENCES, LOSSES
// (of a controller's database), UNDOS, RENEWALS (a controller's new epoch), OLD_COPIES (of the
// central's disk) say how often each may happen. M_… are the model's mutants.

#ifndef TICKETS
#define TICKETS 1
#endif
#ifndef BREAKS
#define BREAKS 0
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef CENTRAL_CRASHES
#define CENTRAL_CRASHES 0
#endif
#ifndef WITHDRAWS
#define WITHDRAWS 0
#endif
#ifndef FENCES
#define FENCES 0
#endif
#ifndef LOSSES
#define LOSSES 0
#endif
#ifndef UNDOS
#define UNDOS 0
#endif
#ifndef RENEWALS
#define RENEWALS 0
#endif
#ifndef OLD_COPIES
#define OLD_COPIES 0
#endif

#define FACTS_MAX  10    // of one epoch; asserted, as are the next two
#define ORDERS_MAX 10
#define FLIGHT_MAX 10    // messages in flight one way
#define NIL        255
#define NOBODY     2     // the central itself, where a holder is meant

// A ticket's state: at a controller (GONE: not known there) and at the central.
#define GONE    0
#define WAITING 1
#define CALLED  2
#define ENDED   3

// Facts and orders: a kind and the ticket; a statement has two bits for each ticket instead.
#define F_CALLED  16
#define F_FENCED  48     // fenceDone
#define F_UNDONE  64
#define F_REPORT  80
#define F_YIELDED 128    // with the number of the order it answers: F_YIELD
#define O_DEAL     16
#define O_WITHDRAW 32
#define O_FENCE    48
#define KIND(x)   ((x) >= F_YIELDED -> F_YIELDED : (x) & 240)
#define TICKET(x) ((x) & 15)
#define F_YIELD(t, order) (F_YIELDED | ((order) << 1) | (t))
#define YIELDED(x)     ((x) & 1)
#define YIELD_ORDER(x) (((x) & 127) >> 1)

// The connection of a controller: ControllerMachine.Link.
#define DOWN     0
#define GREETING 1
#define LIVE     2

mtype = { HELLO, WELCOME, FACT, ORDER, ACK };

// Every step is counted by its name, outside of the model's state; check wants each to have happened.
c_decl {
    \#include <stdio.h>
    \#include <stdlib.h>
    \#include <string.h>
    struct Step { const char *name; unsigned long count; };
    static struct Step steps[64];
    static void tell_steps(void) {
        for (int k = 0; k < 64 && steps[k].name; k++)
            printf("step %s %lu\n", steps[k].name, steps[k].count);
    }
    static unsigned long *step_named(const char *name) {
        int k = 0;
        if (!steps[0].name) atexit(tell_steps);
        while (steps[k].name && strcmp(steps[k].name, name)) k++;
        steps[k].name = name;
        return &steps[k].count;
    }
}
#define STEP(name) c_code { \
    static unsigned long *count; if (!count) count = step_named(#name); ++*count; }

chan up[2] = [FLIGHT_MAX] of { mtype, byte, byte };      // controller to central
chan down[2] = [FLIGHT_MAX] of { mtype, byte, byte };    // central to controller

// --- A controller. Index: controller, or controller and ticket.

#define AT(c, t) ((c) * TICKETS + (t))
byte tk[2 * TICKETS];          // ControllerMachine.tickets; the waiting ones are the tray
byte cCentral[2];              // ControllerMeta.central
byte cApplied[2];              // .ordersApplied
byte cLast[2];                 // .lastFact
byte cAcked[2];                // .factsAcknowledged
byte cEpoch[2];                // .epoch
byte facts[2 * FACTS_MAX];     // ControllerMachine.facts; acknowledged ones are cleared
#define FACT_AT(c, n) facts[(c) * FACTS_MAX + (n) - 1]
byte cLink[2];                 // memory only, as are the next
byte cSent[2];                 // Link.live(sent:)
bit cAckDue[2];                // an effect that waits for the commit
bit cDirty[2];

// --- The central. Index: ticket, controller, or controller and number.

byte epoch = 1;                // CentralMeta.epoch
bit unsettled;                 // CentralMeta.unsettledRank != 0: every ticket here is older
byte st[TICKETS] = WAITING;    // CentralTicket.state
byte holder[TICKETS] = NOBODY; // .holder
bit asked[TICKETS];            // .isWithdrawing
byte dealtBy[TICKETS];         // .dealtBy: 0 when issued or stated at its holder
bit again[TICKETS];            // Ticket.dealtAgain
byte kEpoch[2];                // ControllerRecord.epoch
byte have[2];                  // .have
byte lastOrder[2];             // .lastOrder
byte ordersAcked[2];           // .ordersAcknowledged
bit fenced[2];                 // .isFenced
bit reported[2];               // .hasReported
byte orders[2 * ORDERS_MAX];   // CentralMachine.orders
#define ORDER_AT(c, n) orders[(c) * ORDERS_MAX + (n) - 1]
byte conflicts[2 * TICKETS];   // history entries .conflict, by caller and ticket
bit linked[2];                 // links; memory only, as are the next
byte sentOrder[2];
byte statementAfter[2] = NIL;
bit ackDue[2];
bit welcomeDue[2];
bit restartLinks;              // rebuild(_:) refuses every session
bit dirty;

// --- What is on disk. Without SPLIT memory and disk are the same between steps.

#ifdef SPLIT
byte dTk[2 * TICKETS]; byte dCentral[2]; byte dApplied[2]; byte dLast[2]; byte dAcked[2];
byte dEpoch = 1; bit dUnsettled; byte dSt[TICKETS] = WAITING;
byte dHolder[TICKETS] = NOBODY; bit dAsked[TICKETS];
byte dDealtBy[TICKETS];
bit dAgain[TICKETS]; byte dKEpoch[2]; byte dHave[2]; byte dLastOrder[2]; byte dOrdersAcked[2];
bit dFenced[2]; bit dReported[2]; byte dOrders[2 * ORDERS_MAX]; byte dConflicts[2 * TICKETS];
#define CLEAN(c) (!cDirty[c])
#define CENTRAL_CLEAN (!dirty)
#else
#define dTk tk
#define dApplied cApplied
#define dLast cLast
#define dLastOrder lastOrder
#define dHave have
#define CLEAN(c) true
#define CENTRAL_CLEAN true
#endif

// --- What may still go wrong, and what the checks remember.

byte breaks = BREAKS; byte crashes = CRASHES; byte centralCrashes = CENTRAL_CRASHES;
byte withdraws = WITHDRAWS; byte fences = FENCES; byte losses = LOSSES; byte undos = UNDOS;
byte renewals = RENEWALS; byte oldCopies = OLD_COPIES;
bit shown[2 * TICKETS];        // a display showed the ticket's call, and it was not taken back
bit taken[TICKETS];            // an operator's fence took it from a tray

#ifndef SCRATCH
#define SCRATCH hidden   // within one step only; a breadth-first search wants them to be seen
#endif
SCRATCH byte i; SCRATCH byte j; SCRATCH byte number; SCRATCH byte body;

#define OTHER(c) (1 - (c))
#define BOTH(what) (what[0] && what[1])

// =========================================================== what must always hold

// A broken promise stops the search under its name.
#define NEVER(name, condition) name = (condition); assert(!name)
SCRATCH byte in_two_trays, called_twice, called_and_in_a_tray, conflict_without_a_fence,
    conflict_told_too_often, conflict_never_told, acknowledged_unwritten, seems_restored, out_of_order,
    forgotten_before_acknowledged, logs_differ, at_nobody, lost, states_differ, unanswered, log_full,
    dealt_twice, flight_full;

#define IN_TRAY(c, t) (dTk[AT(c, t)] == WAITING)
#define AT_BOOTH(c, t) (dTk[AT(c, t)] == CALLED)
#define SAME_EPOCH(c) (kEpoch[c] == cEpoch[c])
#define QUIET (cLink[0] == LIVE && cLink[1] == LIVE && BOTH(linked) \
    && CLEAN(0) && CLEAN(1) && CENTRAL_CLEAN \
    && len(up[0]) + len(up[1]) + len(down[0]) + len(down[1]) == 0)

// How often a conflict may have been told. The central's first epoch is 1, and each rebuild begins the
// next; a call taken back may be made again; a new epoch of the caller tells fact and statement again.
#define TELLINGS (epoch + UNDOS + 2 * (RENEWALS - renewals))

// After every step that others can see.
inline check() {
    i = 0;
    do
    :: i < TICKETS ->
        NEVER(in_two_trays, IN_TRAY(0, i) && IN_TRAY(1, i) && !taken[i]);
        NEVER(called_twice, shown[AT(0, i)] && shown[AT(1, i)] && !taken[i] && !again[i]);
        NEVER(called_and_in_a_tray, ((shown[AT(0, i)] && IN_TRAY(1, i)) ||
            (shown[AT(1, i)] && IN_TRAY(0, i))) && !taken[i] && !again[i]);
        NEVER(conflict_without_a_fence,
            conflicts[AT(0, i)] + conflicts[AT(1, i)] > 0 && !taken[i]);
        NEVER(conflict_told_too_often,
            conflicts[AT(0, i)] > TELLINGS || conflicts[AT(1, i)] > TELLINGS);
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 ->
        NEVER(acknowledged_unwritten, SAME_EPOCH(i) && (cAcked[i] > dHave[i] ||
            (cCentral[i] == epoch && ordersAcked[i] > dApplied[i])));
        i++
    :: else -> break
    od;
    if
    :: QUIET -> check_rest()
    :: else
    fi;
    i = 0; j = 0; number = 0; body = 0
}

// When nothing is on its way, all agree and nobody waits for an answer.
inline check_rest() {
    i = 0;
    do
    :: i < 2 ->
        NEVER(logs_differ, cAcked[i] != cLast[i] || have[i] != cLast[i] || !reported[i] ||
            ordersAcked[i] != lastOrder[i] || cApplied[i] != lastOrder[i] ||
            fenced[i] || unsettled);
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < TICKETS ->
        NEVER(at_nobody, holder[i] == NOBODY);
        j = holder[i];
        NEVER(lost, st[i] == WAITING && !IN_TRAY(j, i));
        NEVER(states_differ, (st[i] == CALLED) != AT_BOOTH(j, i) || IN_TRAY(OTHER(j), i));
        NEVER(conflict_never_told, AT_BOOTH(0, i) && AT_BOOTH(1, i) &&
            conflicts[AT(0, i)] + conflicts[AT(1, i)] == 0);
        NEVER(unanswered, asked[i]);
        i++
    :: else -> break
    od
}

// =========================================================== the wire

inline send(wire, kind, a, b) {
    NEVER(flight_full, len(wire) == FLIGHT_MAX);
    wire!kind(a, b)
}

inline drain(wire) {
    do
    :: len(wire) > 0 -> wire?_, _, _
    :: else -> break
    od
}

// ControllerMachine.drop() and CentralMachine.drop(_:).
inline cut(c) {
    drain(up[c]);
    drain(down[c]);
    cLink[c] = DOWN; cSent[c] = 0; cAckDue[c] = 0;
    linked[c] = 0; sentOrder[c] = 0; ackDue[c] = 0; welcomeDue[c] = 0
}

// =========================================================== a controller

// ControllerMachine.append(_:)
inline append(c, fact) {
    NEVER(log_full, cLast[c] == FACTS_MAX);
    cLast[c]++;
    FACT_AT(c, cLast[c]) = fact
}

// ControllerMachine.pump()
inline pump(c) {
    do
    :: cLink[c] == LIVE && cSent[c] < cLast[c] ->
        cSent[c]++;
        NEVER(forgotten_before_acknowledged, FACT_AT(c, cSent[c]) == 0);
        send(up[c], FACT, cSent[c], FACT_AT(c, cSent[c]))
    :: else -> break
    od
}

inline write(c) {
#ifdef SPLIT
    i = 0;
    do
    :: i < TICKETS -> dTk[AT(c, i)] = tk[AT(c, i)]; i++
    :: else -> break
    od;
    dCentral[c] = cCentral[c]; dApplied[c] = cApplied[c]; dLast[c] = cLast[c]; dAcked[c] = cAcked[c];
#endif
    cDirty[c] = 0
}

inline light(c) {
    i = 0;
    do
    :: i < TICKETS && tk[AT(c, i)] == CALLED -> shown[AT(c, i)] = 1; i++
    :: i < TICKETS && tk[AT(c, i)] != CALLED -> i++
    :: else -> break
    od
}

inline acknowledge_orders(c) {
    if
    :: cAckDue[c] -> cAckDue[c] = 0; send(up[c], ACK, cApplied[c], 0)
    :: else
    fi
}

// MachineLoop.serve(_:) with ControllerOutput: the changes become durable, then come the effects.
inline controller_commit(c) {
    write(c);
    light(c);
    acknowledge_orders(c);
    pump(c);
    check()
}

inline controller_stepped(c) {
    cDirty[c] = 1;
#ifdef M_SHOW_FIRST
    light(c);
#endif
#ifdef M_ACKNOWLEDGE_ORDER_FIRST
    acknowledge_orders(c);
#endif
#ifndef SPLIT
    controller_commit(c)
#else
    check()
#endif
}

// ControllerMachine.report()
inline report(c) {
#if TICKETS == 1
    append(c, F_REPORT | tk[AT(c, 0)])
#else
    append(c, F_REPORT | tk[AT(c, 0)] | (tk[AT(c, 1)] << 2))
#endif
}

// ControllerMachine.welcomed(_:_:random:). Its branch for a disk with an old copy must never be taken
// here: no controller's disk goes back in time.
inline welcomed(c, theirs, known) {
    NEVER(seems_restored, cLink[c] != GREETING || known > dLast[c]);
#ifndef M_FACT_TWICE
    forget_acknowledged(c, known);
#endif
    cAcked[c] = known;
    cLink[c] = LIVE;
#ifdef M_FACT_TWICE
    cSent[c] = (known > 0 && FACT_AT(c, known) != 0 -> known - 1 : known);
#else
    cSent[c] = known;
#endif
    if
    :: cCentral[c] != theirs ->
        STEP(another_central_is_told_everything);
        cCentral[c] = theirs;
#ifndef M_FORGET_CENTRAL_EPOCH
        cApplied[c] = 0;
#endif
        report(c)
    :: else -> STEP(the_same_central_goes_on)
    fi
}

// ControllerMachine.acknowledged(_:_:)
inline acknowledged(c, known) {
    NEVER(out_of_order, known > dLast[c]);
    if
    :: known > cAcked[c] ->
        STEP(facts_are_acknowledged);
        forget_acknowledged(c, known);
        cAcked[c] = known
    :: else
    fi
}

// ControllerMachine.trimFacts(keeping:), at once: only an older central would ask for them.
inline forget_acknowledged(c, known) {
    j = 1;
    do
    :: j <= known -> FACT_AT(c, j) = 0; j++
    :: else -> break
    od
}

// ControllerMachine.dealt(_:)
inline dealt(c, t) {
    NEVER(dealt_twice, tk[AT(c, t)] == WAITING);
    if
    :: tk[AT(c, t)] == CALLED -> STEP(dealt_what_was_called_here); append(c, F_CALLED | t)
    :: else -> STEP(dealt); tk[AT(c, t)] = WAITING
    fi
}

// ControllerMachine.withdraw(_:)
inline withdrawn(c, t) {
    if
    :: tk[AT(c, t)] == WAITING ->
        STEP(yields);
#ifndef M_WITHDRAW_WITHOUT_YIELD
        append(c, F_YIELD(t, cApplied[c]));
#endif
#ifndef M_YIELD_AND_KEEP
        tk[AT(c, t)] = GONE
#endif
#ifdef M_WITHDRAW_AFTER_CALL
    :: tk[AT(c, t)] == CALLED -> append(c, F_YIELD(t, cApplied[c])); tk[AT(c, t)] = GONE
#endif
    :: else -> STEP(asked_for_what_is_not_waiting)
    fi
}

// ControllerMachine.obeyFence()
inline obey_fence(c) {
#ifndef M_FENCE_KEEPS_TRAY
    i = 0;
    do
    :: i < TICKETS && tk[AT(c, i)] == WAITING ->
        STEP(yields_to_a_fence);
        tk[AT(c, i)] = GONE;
        append(c, F_YIELD(i, cApplied[c]));
        i++
    :: i < TICKETS && tk[AT(c, i)] != WAITING -> i++
    :: else -> break
    od;
#endif
    STEP(obeys_a_fence);
    append(c, F_FENCED)
}

// ControllerMachine.take(_:_:): an order whose number is known already is only acknowledged, but
// on links that keep the order there is none; apply(_:) is the choice below.
inline take_order(c) {
    NEVER(out_of_order, number != cApplied[c] + 1);
    cApplied[c] = number;
    cAckDue[c] = 1;
    if
    :: KIND(body) == O_DEAL -> dealt(c, TICKET(body))
    :: KIND(body) == O_WITHDRAW -> withdrawn(c, TICKET(body))
    :: KIND(body) == O_FENCE -> obey_fence(c)
    fi
}

// ControllerMachine.place(_:at:instead:)
inline call(c, t) {
    printf("controller %d calls ticket %d\n", c, t);
    STEP(calls);
    tk[AT(c, t)] = CALLED;
    append(c, F_CALLED | t);
    controller_stepped(c)
}

proctype Controller(byte c) {
    byte t;
end:
    do
    // ControllerMachine.greet(_:). What the greeting says besides the last fact cannot change before
    // it is heard: the central reads it at the controller.
    :: d_step { CLEAN(c) && cLink[c] == DOWN ->
        printf("controller %d greets\n", c);
        cLink[c] = GREETING;
        send(up[c], HELLO, cLast[c], 0);
        check()
    }
    :: d_step { CLEAN(c) && down[c]?[WELCOME] ->
        down[c]?WELCOME(number, body);
        printf("controller %d is welcomed; the central's epoch is %d and it has %d\n", c, number, body);
        welcomed(c, number, body);
        controller_stepped(c)
    }
    :: d_step { CLEAN(c) && down[c]?[ORDER] ->
        down[c]?ORDER(number, body);
        printf("controller %d gets order %d, kind %d, ticket %d\n", c, number, KIND(body), TICKET(body));
        take_order(c);
        controller_stepped(c)
    }
    :: d_step { CLEAN(c) && down[c]?[ACK] ->
        down[c]?ACK(number, body);
        printf("controller %d hears that facts up to %d are known\n", c, number);
        acknowledged(c, number);
        controller_stepped(c)
    }
    // A press: ControllerMachine.callNext(_:), call(_:_:), place(_:at:instead:).
    :: d_step { CLEAN(c) && tk[AT(c, 0)] == WAITING ->
        call(c, 0)
    }
#if TICKETS > 1
    :: d_step { CLEAN(c) && tk[AT(c, 1)] == WAITING ->
        call(c, 1)
    }
#endif
#if UNDOS > 0
    // ControllerMachine.undo(_:)
    :: d_step { CLEAN(c) && undos > 0 && tk[AT(c, 0)] == CALLED ->
        STEP(undoes);
        undos--;
        printf("controller %d takes its call back\n", c);
        tk[AT(c, 0)] = WAITING;
        shown[AT(c, 0)] = 0;
        append(c, F_UNDONE | 0);
        controller_stepped(c)
    }
#endif
#ifdef SPLIT
    :: d_step { cDirty[c] ->
        printf("controller %d commits\n", c);
        controller_commit(c)
    }
#endif
    od
}

// The power goes; init(plan:snapshot:run:) reads the disk.
inline controller_crash(c) {
    STEP(a_controller_crashes);
    printf("controller %d crashes\n", c);
    cut(c);
#ifdef SPLIT
    i = 0;
    do
    :: i < TICKETS -> tk[AT(c, i)] = dTk[AT(c, i)]; i++
    :: else -> break
    od;
    do
    :: cLast[c] > dLast[c] -> STEP(a_fact_dies_before_its_commit); FACT_AT(c, cLast[c]) = 0; cLast[c]--
    :: else -> break
    od;
    cCentral[c] = dCentral[c]; cApplied[c] = dApplied[c]; cAcked[c] = dAcked[c];
    cDirty[c] = 0;
#endif
#ifdef M_FORGET_OUTBOX
    do
    :: cLast[c] > cAcked[c] -> FACT_AT(c, cLast[c]) = 0; cLast[c]--
    :: else -> break
    od;
#endif
    check()
}

// The card is lost: the controller begins with an empty database and a new epoch.
inline controller_loses(c) {
    STEP(a_controller_loses_its_database);
    printf("controller %d loses its database\n", c);
    cut(c);
    i = 0;
    do
    :: i < TICKETS -> tk[AT(c, i)] = GONE; i++
    :: else -> break
    od;
    do
    :: cLast[c] > 0 -> FACT_AT(c, cLast[c]) = 0; cLast[c]--
    :: else -> break
    od;
    cCentral[c] = 0; cApplied[c] = 0; cAcked[c] = 0;
    cEpoch[c]++;
    write(c);
    check()
}

#if RENEWALS > 0
// ControllerMachine.beginEpoch(_:reason:), as if the central had refused its epoch: what is not
// acknowledged is told again, even what the central has, and the tray is forgotten.
inline controller_renews(c) {
    STEP(a_controller_begins_an_epoch);
    printf("controller %d begins an epoch\n", c);
    cut(c);
    i = 0;
    do
    :: i < TICKETS && tk[AT(c, i)] == WAITING -> tk[AT(c, i)] = GONE; i++
    :: i < TICKETS && tk[AT(c, i)] != WAITING -> i++
    :: else -> break
    od;
    number = cLast[c]; j = cAcked[c];
    cLast[c] = 0; cAcked[c] = 0; cApplied[c] = 0; cCentral[c] = 0;
    cEpoch[c]++;
    do
    :: j < number ->
        j++;
        body = FACT_AT(c, j); FACT_AT(c, j) = 0;
        if
        :: KIND(body) != F_REPORT -> STEP(tells_a_fact_again); append(c, body)
        :: else
        fi
    :: else -> break
    od;
    write(c);
    check()
}
#endif

// =========================================================== the central

// CentralMachine.order(_:_:)
inline order(c, what) {
    NEVER(log_full, lastOrder[c] == ORDERS_MAX);
    lastOrder[c]++;
    ORDER_AT(c, lastOrder[c]) = what
}

// CentralMachine.pumpOrders(_:)
inline pump_orders(c) {
    do
    :: linked[c] && sentOrder[c] < lastOrder[c] ->
        sentOrder[c]++;
        NEVER(forgotten_before_acknowledged, ORDER_AT(c, sentOrder[c]) == 0);
        send(down[c], ORDER, sentOrder[c], ORDER_AT(c, sentOrder[c]))
    :: else -> break
    od
}

// CentralMachine.trimOrders(_:through:)
inline trim_orders(c, through) {
    j = 1;
    do
    :: j <= through -> ORDER_AT(c, j) = 0; j++
    :: else -> break
    od
}

inline acknowledge_facts(c) {
    if
    :: ackDue[c] -> ackDue[c] = 0; send(down[c], ACK, have[c], 0)
    :: else
    fi
}

inline central_write() {
#ifdef SPLIT
    dEpoch = epoch; dUnsettled = unsettled;
    i = 0;
    do
    :: i < TICKETS ->
        dSt[i] = st[i]; dHolder[i] = holder[i]; dAsked[i] = asked[i]; dAgain[i] = again[i];
        dDealtBy[i] = dealtBy[i];
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 ->
        dKEpoch[i] = kEpoch[i]; dHave[i] = have[i]; dLastOrder[i] = lastOrder[i];
        dOrdersAcked[i] = ordersAcked[i]; dFenced[i] = fenced[i]; dReported[i] = reported[i];
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 * TICKETS -> dConflicts[i] = conflicts[i]; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 * ORDERS_MAX -> dOrders[i] = orders[i]; i++
    :: else -> break
    od;
#endif
    dirty = 0
}

inline central_tell(c) {
    if
    :: welcomeDue[c] -> welcomeDue[c] = 0; send(down[c], WELCOME, epoch, have[c])
    :: else
    fi;
    acknowledge_facts(c);
    pump_orders(c)
}

// MachineLoop.serve(_:) with CentralOutput.
inline central_commit() {
    central_write();
    if
    :: restartLinks -> restartLinks = 0; cut(0); cut(1)
    :: else
    fi;
    central_tell(0);
    central_tell(1);
    check()
}

// CentralMachine.isReady(_:)
#ifdef M_DEAL_TO_FENCED
#define READY(c) (linked[c] && reported[c])
#else
#define READY(c) (linked[c] && reported[c] && !fenced[c])
#endif
#define POOLED(t) (st[t] == WAITING && holder[t] == NOBODY && !unsettled)

inline deal_to(c, t) {
    STEP(deals);
    printf("  the central deals ticket %d to %d\n", t, c);
    holder[t] = c; dealtBy[t] = lastOrder[c] + 1;
    order(c, O_DEAL | t)
}

// CentralMachine.dealPool(_:_:): in the same step as whatever filled the pool.
inline deal(t) {
    if
    :: d_step { POOLED(t) && READY(0) -> deal_to(0, t) }
    :: d_step { POOLED(t) && READY(1) -> deal_to(1, t) }
    :: else
    fi
}

// CentralMachine.finishStep()
inline central_stepped() {
    deal(0);
#if TICKETS > 1
    deal(1);
#endif
    d_step {
        dirty = 1;
#ifdef M_ACKNOWLEDGE_FACT_FIRST
        acknowledge_facts(0);
        acknowledge_facts(1);
#endif
#ifndef SPLIT
        central_commit()
#else
        check()
#endif
    }
}

// CentralMachine.settleIfAllReported()
inline settle() {
    if
    :: (reported[0] || fenced[0]) && (reported[1] || fenced[1]) -> STEP(settles); unsettled = 0
    :: else
    fi
}

// CentralMachine.rebuild(_:): a restart amid a statement leaves the central unsure of it.
inline rebuild() {
    STEP(rebuilds);
    printf("  the central rebuilds\n");
    epoch++;
    unsettled = 1;
    i = 0;
    do
    :: i < 2 ->
        trim_orders(i, lastOrder[i]);
        lastOrder[i] = 0; ordersAcked[i] = 0; reported[i] = 0;
        i++
    :: else -> break
    od;
    restartLinks = 1
}

// CentralMachine.isAhead(_:of:), and the greeting from an old copy: no disk goes back but the
// central's in central_returns(), which has the answer in it.
#define AHEAD(c) (cCentral[c] != 0 && ( \
    (cCentral[c] != epoch && SAME_EPOCH(c) && reported[c] && number >= have[c]) \
    || (cCentral[c] == epoch \
        && (!SAME_EPOCH(c) || cAcked[c] > have[c] || cApplied[c] > lastOrder[c]))))
#define CONTINUES(c) (SAME_EPOCH(c) && cCentral[c] == epoch)

// CentralMachine.greet(_:_:random:)
inline greeted(c) {
    NEVER(seems_restored, linked[c] || cEpoch[c] < kEpoch[c] || AHEAD(c) ||
        (CONTINUES(c) && cApplied[c] < ordersAcked[c]));
    if
    :: CONTINUES(c) && !reported[c] &&
        (statementAfter[c] == NIL || statementAfter[c] > number) -> rebuild()
    :: else -> adopt_log(c); welcome(c)
    fi
}

// CentralMachine.adopt(_:isSameLog:)
inline adopt_log(c) {
    if
    :: !CONTINUES(c) ->
        STEP(a_log_of_orders_begins);
        statementAfter[c] = number;
        trim_orders(c, lastOrder[c]);
        lastOrder[c] = 0; ordersAcked[c] = 0; reported[c] = 0
    :: else
    fi;
    if
    :: !SAME_EPOCH(c) -> STEP(meets_an_epoch); kEpoch[c] = cEpoch[c]; have[c] = 0
    :: else
    fi;
    if
    :: cAcked[c] > have[c] -> STEP(older_facts_are_gone); have[c] = cAcked[c]
    :: else
    fi
}

// CentralMachine.welcome(_:_:_:)
inline welcome(c) {
    linked[c] = 1;
    welcomeDue[c] = 1;
    if
    :: lastOrder[c] == 0 ->
        sentOrder[c] = 0;
        if
        :: fenced[c] -> STEP(fences_in_a_new_log); order(c, O_FENCE)
        :: else
        fi
    :: else -> sentOrder[c] = cApplied[c]; acknowledged_orders(c, cApplied[c])
    fi
}

// CentralMachine.acknowledgeOrders(_:through:)
inline acknowledged_orders(c, known) {
    NEVER(out_of_order, known > dLastOrder[c]);
    if
    :: known > ordersAcked[c] -> STEP(orders_are_acknowledged); ordersAcked[c] = known; trim_orders(c, known)
    :: else
    fi
}

// CentralMachine.take(_:_:random:): a fact known already is only acknowledged, but on links that keep
// the order there is none; apply(_:of:) is the choice below.
inline take_fact(c) {
#ifndef M_FACT_TWICE
    NEVER(out_of_order, number != have[c] + 1);
#endif
    have[c] = number;
    ackDue[c] = 1;
    apply_fact(c)
}

inline apply_fact(c) {
    if
    :: KIND(body) == F_CALLED -> heard_called(c, TICKET(body))
    :: KIND(body) == F_YIELDED -> heard_yielded(c, YIELDED(body), YIELD_ORDER(body))
    :: KIND(body) == F_FENCED -> heard_fenced(c)
#if UNDOS > 0
    :: KIND(body) == F_UNDONE -> heard_undone(c, TICKET(body))
#endif
    :: KIND(body) == F_REPORT && number > (statementAfter[c] == NIL -> 0 : statementAfter[c]) ->
        heard_report(c)
    :: else -> STEP(passes_over_an_old_statement)
    fi
}

// CentralMachine.takeBack(_:from:)
inline take_back(c, t) {
    printf("  the central takes ticket %d back from %d\n", t, c);
    order(c, O_WITHDRAW | t)
}

// CentralMachine.conflict(_:_:_:)
inline conflict(c, t) {
    printf("  conflict: ticket %d, called by %d as well\n", t, c);
#ifndef M_CONFLICT_UNTOLD
    conflicts[AT(c, t)]++
#endif
}

// CentralMachine.called(_:_:by:)
inline heard_called(c, t) {
    if
    :: holder[t] == c -> STEP(hears_a_call); now_called(c, t)
    :: holder[t] != c && st[t] != WAITING -> STEP(hears_a_second_call); conflict(c, t)
    :: holder[t] != c && st[t] == WAITING ->
        if
        :: !unsettled -> STEP(hears_a_call_of_what_it_took); conflict(c, t)
        :: else -> STEP(hears_a_call_that_it_had_forgotten)
        fi;
        if
#ifndef M_CONFLICT_NOT_TAKEN_BACK
        :: holder[t] != NOBODY -> STEP(takes_back_from_the_other); take_back(OTHER(c), t)
#endif
        :: else
        fi;
        now_called(c, t)
    fi
}

inline now_called(c, t) {
#ifndef M_CALL_KEEPS_DEAL
    if
    :: holder[t] != c -> dealtBy[t] = 0
    :: else
    fi;
#endif
    st[t] = CALLED; holder[t] = c; asked[t] = 0
}

#ifdef M_ANY_YIELD
#define MEANT(t, by) true
#else
#define MEANT(t, by) ((by) >= dealtBy[t])
#endif

// CentralMachine.yielded(_:by:_:)
inline heard_yielded(c, t, by) {
    if
    :: holder[t] == c && st[t] == WAITING && MEANT(t, by) ->
        STEP(hears_a_yield);
        holder[t] = NOBODY; asked[t] = 0
    :: holder[t] == c && st[t] == WAITING && !MEANT(t, by) ->
        STEP(hears_a_yield_of_an_earlier_deal)
    :: else -> STEP(hears_a_yield_of_what_it_took)
    fi
}

// CentralMachine.undone(_:_:_:of:)
inline heard_undone(c, t) {
    if
    :: holder[t] == c -> STEP(hears_an_undo); st[t] = WAITING
    :: else -> STEP(hears_an_undo_of_what_it_took); take_back(c, t)
    fi
}

// CentralMachine.unfence(_:)
inline heard_fenced(c) {
    STEP(hears_that_a_fence_is_done);
    fenced[c] = 0
}

// CentralMachine.apply(report:of:_:)
inline heard_report(c) {
    i = 0;
    do
    :: i < TICKETS ->
        j = (body >> (2 * i)) & 3;
        if
        :: j != GONE -> adopt(c, i, j)
        :: j == GONE && holder[i] == c && (st[i] == WAITING || st[i] == CALLED) ->
            deal_again(c, i)
        :: else
        fi;
        i++
    :: else -> break
    od;
    STEP(hears_a_statement);
    reported[c] = 1;
    settle()
}

// CentralMachine.adopt(_:_:_:of:)
inline adopt(c, t, state) {
    NEVER(seems_restored, holder[t] == c && st[t] == ENDED && state == WAITING);
    if
    :: holder[t] == c || (holder[t] == NOBODY && st[t] == WAITING) ->
        STEP(adopts);
        adopted(c, t, state)
    :: else ->
        if
        :: state == CALLED ->
            STEP(told_of_a_second_call);
#ifndef M_STATED_CONFLICT_UNTOLD
            if
            :: conflicts[AT(c, t)] > 0 -> STEP(tells_a_conflict_again)
            :: else
            fi;
            conflict(c, t);
#endif
            if
            :: st[t] == WAITING ->
                STEP(told_of_a_call_of_what_it_gave_away);
#ifndef M_STATED_CONFLICT_NOT_TAKEN_BACK
                take_back(OTHER(c), t);
#endif
                adopted(c, t, state)
            :: else
            fi
        :: state != CALLED -> STEP(told_of_what_it_took); take_back(c, t)
        fi
    fi
}

inline adopted(c, t, state) {
    st[t] = state; holder[t] = c; asked[t] = 0;
#ifndef M_STATEMENT_KEEPS_DEAL
    dealtBy[t] = 0
#endif
}

// CentralMachine.dealAgain(_:lostBy:)
inline deal_again(c, t) {
    asked[t] = 0;
    if
    :: st[t] == CALLED -> STEP(the_ticket_at_a_lost_booth_ends); st[t] = ENDED
    :: else -> STEP(deals_again); holder[t] = NOBODY; again[t] = 1
    fi
}

// CentralMachine.withdraw(_:from:for:). Why, is free: keepOrder(_:), releaseUnserved(_:_:),
// noteOvertaking(_:by:), or a REACHING, whose reach(for:_:) does nothing else to a ticket. Where it is
// to go then (wanted) is as free: deal(t) may choose either.
inline withdraw(c, t) {
    printf("the central asks %d for ticket %d\n", c, t);
    STEP(withdraws);
    withdraws--;
    asked[t] = 1;
    order(c, O_WITHDRAW | t);
#ifdef M_DEAL_BEFORE_YIELD
    asked[t] = 0;
    holder[t] = NOBODY;
#endif
}

#define MAY_WITHDRAW(c, t) (CENTRAL_CLEAN && withdraws > 0 && READY(c) && st[t] == WAITING \
    && holder[t] == c && !asked[t])

// CentralMachine.fence(_:)
inline fence(c) {
    printf("an operator fences %d\n", c);
    STEP(fences);
    fences--;
    fenced[c] = 1;
    i = 0;
    do
    :: i < TICKETS && holder[i] == c && st[i] == WAITING ->
        STEP(takes_by_a_fence);
        holder[i] = NOBODY; asked[i] = 0; taken[i] = 1;
        i++
    :: i < TICKETS && !(holder[i] == c && st[i] == WAITING) ->
#if OLD_COPIES > 0
        // A central that knows no more what is there gives it to others once all have told.
        if
        :: unsettled && holder[i] == NOBODY -> STEP(fences_what_it_forgot); taken[i] = 1
        :: else
        fi;
#endif
        i++
    :: else -> break
    od;
    order(c, O_FENCE);
    settle()
}

inline central_serves(c) {
    if
    :: d_step { CENTRAL_CLEAN && up[c]?[HELLO] ->
        up[c]?HELLO(number, body);
        printf("the central hears the greeting of %d, last fact %d\n", c, number);
        greeted(c);
        skip
    }
    :: d_step { CENTRAL_CLEAN && up[c]?[FACT] ->
        up[c]?FACT(number, body);
        printf("the central gets fact %d of %d, kind %d, ticket %d\n", number, c, KIND(body), TICKET(body));
        take_fact(c);
        skip
    }
    // CentralMachine.acknowledged(_:_:)
    :: d_step { CENTRAL_CLEAN && up[c]?[ACK] ->
        up[c]?ACK(number, body);
        printf("the central hears that %d has orders up to %d\n", c, number);
        acknowledged_orders(c, number);
        skip
    }
    :: d_step { MAY_WITHDRAW(c, 0) -> withdraw(c, 0) }
#if TICKETS > 1
    :: d_step { MAY_WITHDRAW(c, 1) -> withdraw(c, 1) }
#endif
    :: d_step { CENTRAL_CLEAN && fences > 0 && !fenced[c] -> fence(c) }
    fi;
    central_stepped()
}

proctype Central() {
end:
    do
    :: atomic { central_serves(0) }
    :: atomic { central_serves(1) }
#ifdef SPLIT
    :: d_step { dirty ->
        printf("the central commits\n");
        central_commit()
    }
#endif
    od
}

// CentralMachine.init(plan:snapshot:run:) and start(at:)
inline central_crash() {
    STEP(the_central_crashes);
    printf("the central crashes\n");
    cut(0);
    cut(1);
#ifdef SPLIT
    epoch = dEpoch; unsettled = dUnsettled;
    i = 0;
    do
    :: i < TICKETS ->
        st[i] = dSt[i]; holder[i] = dHolder[i]; asked[i] = dAsked[i]; again[i] = dAgain[i];
        dealtBy[i] = dDealtBy[i];
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 ->
        kEpoch[i] = dKEpoch[i]; have[i] = dHave[i]; lastOrder[i] = dLastOrder[i];
        ordersAcked[i] = dOrdersAcked[i]; fenced[i] = dFenced[i]; reported[i] = dReported[i];
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 * TICKETS -> conflicts[i] = dConflicts[i]; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 * ORDERS_MAX -> orders[i] = dOrders[i]; i++
    :: else -> break
    od;
    dirty = 0;
    restartLinks = 0;
#endif
    i = 0;
    do
    :: i < 2 ->
        statementAfter[i] = NIL;
#ifdef M_FORGET_ORDERS
        do
        :: lastOrder[i] > ordersAcked[i] -> ORDER_AT(i, lastOrder[i]) = 0; lastOrder[i]--
        :: else -> break
        od;
#endif
        i++
    :: else -> break
    od;
    check()
}

#if OLD_COPIES > 0
// The central comes back from a copy of its disk that was made before the first deal, and a greeting
// shows it that it is behind: rebuild(_:).
inline central_returns() {
    STEP(the_central_returns_from_an_old_copy);
    printf("the central returns from an old copy\n");
    cut(0);
    cut(1);
    i = 0;
    do
    :: i < TICKETS ->
        st[i] = WAITING; holder[i] = NOBODY; asked[i] = 0; dealtBy[i] = 0; again[i] = 0;
        i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 -> kEpoch[i] = 0; have[i] = 0; fenced[i] = 0; statementAfter[i] = NIL; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < 2 * TICKETS -> conflicts[i] = 0; i++
    :: else -> break
    od;
    rebuild();
    restartLinks = 0;
    central_write();
    check()
}
#endif

// =========================================================== the world's faults

inline fault(c) {
    if
    :: d_step { breaks > 0 && cLink[c] != DOWN ->
        printf("the link of %d breaks\n", c);
        STEP(a_link_breaks);
        breaks--;
        cut(c);
        check()
    }
    :: d_step { crashes > 0 -> crashes--; controller_crash(c) }
    :: d_step { losses > 0 -> losses--; controller_loses(c) }
#if RENEWALS > 0
    :: d_step { renewals > 0 -> renewals--; controller_renews(c) }
#endif
    fi
}

proctype World() {
end:
    do
    :: fault(0)
    :: fault(1)
    :: d_step { centralCrashes > 0 -> centralCrashes--; central_crash() }
#if OLD_COPIES > 0
    :: d_step { oldCopies > 0 -> oldCopies--; central_returns() }
#endif
    od
}

init {
    atomic {
        cEpoch[0] = 1; cEpoch[1] = 1;
        run Controller(0);
        run Controller(1);
        run Central();
        run World()
    }
}
