package io.quipu.acceptance.simulation;

import io.quipu.acceptance.simulation.Ledger.Place;
import io.quipu.collector.intake.UsageResult;
import io.quipu.collector.log.Dispositions;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Event;
import io.quipu.common.web.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A resource provider: sends its usages to any collector, again and again until it knows what became of each. */
final class Client {

    private static final long TIMEOUT = 60_000;
    private static final int MAX_CURIOSITY = 20_000;

    private final World world;
    private final Ledger ledger;

    Client(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** Sends usages, or events of one kind, until each has a definite answer. */
    void send(List<SubmittedUsage> usages) {
        ledger.begun();
        List<SubmittedUsage> left = usages;
        while (!left.isEmpty()) {
            left = attempt(left);
            if (!left.isEmpty()) {
                world.pause(500 + world.random().nextInt(20_000));
            }
        }
        ledger.ended();
    }

    /** Sends a usage once, and does not care what becomes of it. */
    void sendOnce(SubmittedUsage usage) {
        ledger.begun();
        attempt(List.of(usage));
        ledger.ended();
    }

    /** Sends a snapshot until it is taken, or refused for good. */
    void send(SubmittedSnapshot snapshot) {
        ledger.begun();
        Ledger.Listed of = ledger.snapshots(snapshot.organizationId(), snapshot.resourceId(), snapshot.time(), snapshot.id());
        of.sent.add(snapshot);
        byte[] body = snapshot.json().getBytes(StandardCharsets.UTF_8);
        while (!settled(snapshot, of, body)) {
            world.pause(500 + world.random().nextInt(20_000));
        }
        ledger.ended();
    }

    private boolean settled(SubmittedSnapshot snapshot, Ledger.Listed of, byte[] body) {
        // Where what it lists stands nobody is told.
        snapshot.listed().forEach(instance -> ledger.sent(instance).unclear = true);
        try {
            world.network().call(Link.CLIENT_TO_COLLECTOR, TIMEOUT, world.collectors(), (CollectorService collector) -> {
                collector.submit(() -> new ByteArrayInputStream(body));
                return true;
            });
            world.story().tell(world.outside(), () -> "client is told that this is taken: " + snapshot.json());
            snapshot.listed().forEach(instance -> ledger.sent(instance).taken = true);
            of.ended |= snapshot.complete();
            return true;
        } catch (StageUnavailableException | StageBrokenException | StoreException e) {
            return false;
        } catch (Problem e) {
            world.story().tell(world.outside(), () -> "client is told " + e.getMessage() + " of " + snapshot.json());
            boolean conflict = snapshot.listed().stream().anyMatch(instance -> ledger.sent(instance).sent.size() > 1);
            if (e.status() < 500 && !justified(snapshot.time(), conflict, e.code())) {
                world.violated("refused as " + e.code() + ", for no reason: " + snapshot.json(), null);
            }
            return e.status() < 500;
        }
    }

    private List<SubmittedUsage> attempt(List<SubmittedUsage> usages) {
        usages.forEach(ledger::sent);
        byte[] body = usages.stream().map(SubmittedUsage::json).collect(Collectors.joining(",", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
        Event.Kind kind = usages.get(0).kind();
        int repetitions = repetitions();
        try {
            List<UsageResult> results = world.network().call(Link.CLIENT_TO_COLLECTOR, TIMEOUT, world.collectors(),
                    (CollectorService collector) -> collector.submit(kind, body));
            if (repetitions() > repetitions) {
                // The network may have delivered this request twice, and one answer.
                usages.forEach(usage -> ledger.sent(usage).unclear = true);
            }
            List<SubmittedUsage> again = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (!settled(usages.get(i), results.get(i))) {
                    again.add(usages.get(i));
                }
            }
            return again;
        } catch (StageUnavailableException | StageBrokenException | StoreException e) {
            usages.forEach(usage -> ledger.sent(usage).unclear = true);
        } catch (Problem e) {
            if (e.status() < 500) {
                world.violated("a body was refused as a whole: " + e.getMessage(), e);
                return List.of();
            }
            usages.forEach(usage -> ledger.sent(usage).unclear = true);
        }
        return usages;
    }

    /** Asks what became of a usage, whatever state it is in. */
    private void look(Ledger.Entry entry, Place place) {
        try {
            Dispositions.Located located = world.network().call(Link.CLIENT_TO_COLLECTOR, TIMEOUT, world.collectors(),
                    (CollectorService collector) -> collector.status(place.partition(), place.position()));
            if (located instanceof Dispositions.Located.Found found
                    && found.disposition().status() == Dispositions.Status.PROCESSED) {
                entry.processed.add(place.position());
            }
        } catch (StageUnavailableException | StageBrokenException e) {
            world.story().tell(world.outside(), () -> "a client is not told what became of " + place.location());
        }
    }

    private int repetitions() {
        return world.faults().counts().getOrDefault(Link.CLIENT_TO_COLLECTOR + " " + CallFault.REPEATED, 0);
    }

    private boolean settled(SubmittedUsage usage, UsageResult result) {
        Ledger.Entry entry = ledger.sent(usage);
        world.story().tell(world.outside(), () -> "client is told " + result + " for " + usage.json());
        if (result instanceof UsageResult.Accepted accepted) {
            Place place = Place.of(accepted.location(), usage);
            entry.accepted.add(place);
            world.later(world.random().nextInt(MAX_CURIOSITY), () -> look(entry, place));
            return true;
        }
        if (result instanceof UsageResult.Duplicate duplicate) {
            entry.duplicateOf.add(Place.of(duplicate.location(), usage));
            return true;
        }
        UsageResult.Rejected rejected = (UsageResult.Rejected) result;
        entry.unclear |= rejected.retryable();
        if (!rejected.retryable() && !justified(usage.end(), entry.sent.size() > 1, rejected.problem().code())) {
            world.violated("refused as " + rejected.problem().code() + ", for no reason: " + usage.json(), null);
        }
        return !rejected.retryable();
    }

    /** Whether a usage may be refused for that reason, by a collector whose clock may be wrong. */
    private boolean justified(long time, boolean conflict, String code) {
        Lateness lateness = world.settings().times().lateness();
        long now = world.fibers().now();
        return switch (code) {
            case "slack" -> lateness.tooLate(time, now + Delays.MAX_SKEW + TIMEOUT);
            case "future" -> lateness.inFuture(time, now - Delays.MAX_SKEW - TIMEOUT);
            case "conflict" -> conflict;
            default -> false;
        };
    }
}
