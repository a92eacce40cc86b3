package io.quipu.acceptance.simulation;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import io.quipu.common.usage.Positioned;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Calls between processes as HTTP has them: each runs in the process that is called, and whatever happens to it, its caller
 * learns of it what a caller can learn: an answer, a refusal, or nothing in time.
 */
final class Network {

    /** What a process has under way before it takes no more connections, as one that stands still soon has. */
    private static final int MAX_RUNNING = 24;

    private final World world;

    Network(World world) {
        this.world = world;
    }

    private static final class Reply<A> {
        private A answer;
        private RuntimeException failure;
        private boolean done;
        private boolean awaited = true;
    }

    /**
     * Calls one of the instances there are and waits for the answer.
     *
     * @param timeout how long the caller waits
     * @throws StageUnavailableException when there is none; it may have taken effect
     * @throws StageBrokenException as it was answered
     */
    <S extends Service, A> A call(Link link, long timeout, Fleet<S> to, Function<S, A> request) {
        Machine from = world.fibers().current().machine;
        world.pause(world.delays().onTheWay());
        Optional<CallFault> fault = world.faults().ofCall(link);
        fault.ifPresent(f -> world.story().tell(from, () -> f + " on calling " + link));
        if (fault.isPresent()) {
            switch (fault.get()) {
                case LOST, UNAVAILABLE -> throw new StageUnavailableException("simulated: " + fault.get(), null);
                case BROKEN -> throw new StageBrokenException("simulated: 500");
                case DELAYED -> {
                    world.later(world.delays().longDelay(), () -> attempt(to, timeout, request));
                    world.pause(timeout);
                    throw new StageUnavailableException("simulated: no answer in time", null);
                }
                case REPEATED -> world.later(world.random().nextBoolean() ? 0 : world.delays().longDelay(),
                        () -> attempt(to, timeout, request));
                default -> { }
            }
        }
        A answer = execute(to, timeout, request);
        if (fault.isPresent() && fault.get() == CallFault.ANSWER_LOST) {
            throw new StageUnavailableException("simulated: the answer was lost", null);
        }
        world.pause(world.delays().latency());
        return answer;
    }

    /** A call whose answer nobody waits for. */
    private <S extends Service, A> void attempt(Fleet<S> to, long timeout, Function<S, A> request) {
        try {
            execute(to, timeout, request);
        } catch (StageUnavailableException | StageBrokenException | Problem nobodyWaits) {
            world.story().tell(world.outside(), () -> "an answer that nobody waits for: " + nobodyWaits.getMessage());
        }
    }

    private <S extends Service, A> A execute(Fleet<S> to, long timeout, Function<S, A> request) {
        Node<S> node = to.nodes().get(world.random().nextInt(to.nodes().size()));
        S service = node.service();
        if (service == null) {
            throw new StageUnavailableException("simulated: connection refused", null);
        }
        if (node.machine().running().size() > MAX_RUNNING) {
            throw new StageUnavailableException("simulated: too many connections", null);
        }
        Fiber caller = world.fibers().current();
        Reply<A> reply = new Reply<>();
        world.fibers().start(node.machine(), 0, () -> {
            try {
                reply.answer = request.apply(service);
            } catch (Killed e) {
                reply.failure = new StageUnavailableException("simulated: connection reset", null);
                throw e;
            } catch (StageUnavailableException | StoreException e) {
                reply.failure = new StageUnavailableException(e.getMessage(), null);
            } catch (StageBrokenException e) {
                reply.failure = e;
            } catch (Problem e) {
                reply.failure = e.status() == 503 ? new StageUnavailableException(e.getMessage(), null) : e;
            } catch (RuntimeException e) {
                world.violated(node.machine().name() + " failed unexpectedly: " + e, e);
                reply.failure = new StageBrokenException(e.toString());
            } finally {
                reply.done = true;
                if (reply.awaited) {
                    world.fibers().wake(caller);
                }
            }
        });
        try {
            world.fibers().park(timeout);
        } finally {
            reply.awaited = false;
        }
        if (!reply.done) {
            throw new StageUnavailableException("simulated: no answer in time", null);
        }
        if (reply.failure != null) {
            throw reply.failure;
        }
        return reply.answer;
    }

    /** Batches as they come out at the other end. */
    static <U extends Positioned> Batches<U> overTheWire(List<Batch<U>> batches, Class<U> type) {
        return Json.shared().readValue(Json.write(Batches.of(batches)),
                Json.shared().getTypeFactory().constructParametricType(Batches.class, type));
    }
}
