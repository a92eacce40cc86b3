package io.quipu.acceptance.simulation;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Limits;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A disk as one process sees it: every call takes its time, and may fail in any way that the port allows. */
final class SimulatedStore implements DocumentStore {

    /** Shorter than clients wait. */
    private static final int NAP = 15_000;

    private final World world;
    private final Machine machine;
    private final Disk disk;
    private final long begun;
    private final Set<String> tried = new HashSet<>();

    SimulatedStore(World world, Machine machine, Disk disk) {
        this.world = world;
        this.machine = machine;
        this.disk = disk;
        this.begun = disk.written();
    }

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        Limits.keysToRead(keys);
        world.pause(world.delays().latency());
        if (world.faults().happens("READ FAILED", 0.3)) {
            world.story().tell(machine, () -> "cannot read " + keys.stream().findFirst().orElse("nothing"));
            throw new StoreException("simulated: cannot read");
        }
        if (world.isQuiet()) {
            world.story().tell(machine, () -> "reads " + keys);
        }
        machine.reads(keys.size());
        List<Optional<Document>> found = disk.get(keys);
        world.pause(world.delays().latency());
        return found;
    }

    @Override
    public List<Outcome> write(List<Write> writes) {
        Limits.keysToWrite(writes);
        world.pause(world.delays().latency());
        Set<Site> sites = EnumSet.noneOf(Site.class);
        writes.forEach(write -> sites.add(Site.of(disk.service(), write)));
        if (writes.isEmpty()) {
            return List.of();
        }
        writes.forEach(this::judge);
        if (sites.contains(Site.SEGMENT) && world.settings().trimmed() && anyTaken(writes)
                && world.faults().asleep(Site.SEGMENT)) {
            napWhileOthersTrim(writes);
        }
        Optional<WriteFault> fault = sites.contains(Site.MARK) && world.settings().forgetful() && anyTaken(writes)
                && world.faults().asleep(Site.MARK) ? Optional.of(WriteFault.STALLED) : world.faults().ofWrite(sites, writes.size());
        fault.ifPresent(f -> world.story().tell(machine, () -> f + " on writing " + writes.get(0).key()
                + (writes.size() > 1 ? " and " + (writes.size() - 1) + " more" : "")));
        if (fault.isPresent()) {
            before(fault.get(), writes);
        }
        List<Outcome> outcomes = apply(writes);
        if (fault.isPresent()) {
            after(fault.get());
        }
        if (sites.contains(Site.SEGMENT) && outcomes.stream().anyMatch(Outcome::written) && world.killsAppender()) {
            // One that was started anew would find the ends of all partitions, and signal them.
            world.collectors().dies(machine);
            crash();
        }
        world.pause(world.delays().latency());
        return outcomes;
    }

    /** What a process calls fresh it has not tried to write before, and nobody has written before it began. */
    private void judge(Write write) {
        boolean repeated = !(write instanceof Write.Remove) && !tried.add(write.key());
        if (write instanceof Write.Insert insert && insert.fresh() && (repeated || disk.wasWritten(write.key(), begun))) {
            world.violated(machine.name() + " calls " + write.key() + " fresh, which it is not", null);
        }
    }

    private void napWhileOthersTrim(List<Write> writes) {
        world.story().tell(machine, () -> "falls asleep before writing " + writes.get(0).key());
        machine.freeze(NAP / 3 + world.random().nextInt(NAP));
        world.collectors().nodes().stream().filter(node -> node.machine() != machine && node.service() != null)
                .forEach(node -> node.service().trim());
        world.pause(0);
    }

    private boolean anyTaken(List<Write> writes) {
        return writes.stream().anyMatch(write -> write instanceof Write.Insert insert
                && disk.get(write.key()).filter(d -> !Arrays.equals(d.content(), insert.content())).isPresent());
    }

    private List<Outcome> apply(List<Write> writes) {
        List<Outcome> outcomes = disk.write(writes);
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            if (outcomes.get(i).written()) {
                world.story().tell(machine, () -> "writes " + write.key());
            } else if (Site.of(disk.service(), write) != Site.MARK) {
                // A mark that is there is no race: its usage is driven again, or a duplicate.
                world.races(Site.of(disk.service(), write));
                world.story().tell(machine, () -> "finds " + write.key() + " written by another");
            }
        }
        return outcomes;
    }

    private void before(WriteFault fault, List<Write> writes) {
        switch (fault) {
            case FAILED -> throw unclear();
            case HALF, CRASH_HALF -> {
                List<Write> some = new ArrayList<>();
                for (Write write : writes) {
                    if (world.random().nextBoolean()) {
                        some.add(write);
                    }
                }
                if (some.isEmpty() || some.size() == writes.size()) {
                    some = writes.subList(0, writes.size() / 2);
                }
                apply(some);
                if (fault == WriteFault.CRASH_HALF) {
                    crash();
                }
                throw unclear();
            }
            case LATE -> {
                world.later(world.delays().longDelay(), () -> {
                    world.story().tell(machine, () -> "(late) writes " + writes.get(0).key());
                    disk.write(writes);
                });
                throw unclear();
            }
            case CRASH_BEFORE -> crash();
            case STALLED -> {
                long millis = world.delays().longDelay();
                machine.freeze(millis);
                if (world.settings().forgetful()) {
                    // Whatever it was about to look for is gone when it goes on.
                    world.later(millis - 1, world.expiry()::expireMarks);
                }
                world.pause(0);
            }
            default -> { }
        }
    }

    private void after(WriteFault fault) {
        if (fault == WriteFault.UNCLEAR) {
            throw unclear();
        }
        if (fault == WriteFault.CRASH_AFTER) {
            crash();
        }
    }

    private void crash() {
        machine.kill();
        throw new Killed();
    }

    private static StoreException unclear() {
        return new StoreException("simulated: no answer");
    }

    @Override
    public void close() {
        // A killed process closes nothing.
    }
}
