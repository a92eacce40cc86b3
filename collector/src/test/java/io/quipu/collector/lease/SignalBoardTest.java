package io.quipu.collector.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalBoardTest {

    private final FaultyStore store = new FaultyStore();
    private final SignalBoard board = new SignalBoard(store);

    @Test
    void endsRiseAndNeverFall() {
        board.raise(Map.of(3, new Signal.End(10, 1_000), 0, new Signal.End(1, 500)));
        board.raise(Map.of(3, new Signal.End(8, 2_000), 1, new Signal.End(4, 700)));

        Signal signal = board.read();
        assertThat(signal.end(0)).isEqualTo(new Signal.End(1, 500));
        assertThat(signal.end(1)).isEqualTo(new Signal.End(4, 700));
        assertThat(signal.end(2)).isEqualTo(Signal.End.NONE);
        assertThat(signal.end(3)).isEqualTo(new Signal.End(10, 1_000));
        assertThat(signal.end(63)).isEqualTo(Signal.End.NONE);
    }

    @Test
    void whatIsKnownAlreadyIsNotWritten() {
        board.raise(Map.of(3, new Signal.End(10, 1_000)));
        long version = store.get(Keys.signal()).orElseThrow().version();
        board.raise(Map.of(3, new Signal.End(10, 1_001)));
        assertThat(store.get(Keys.signal()).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void lostRaceKeepsBoth() {
        boolean[] raced = {false};
        store.faults((call, write, keys) -> {
            if (write && !raced[0]) {
                raced[0] = true;
                new SignalBoard(store).raise(Map.of(1, new Signal.End(1, 1)));
            }
            return Fault.NONE;
        });
        board.raise(Map.of(2, new Signal.End(2, 2)));
        assertThat(board.read().end(1)).isEqualTo(new Signal.End(1, 1));
        assertThat(board.read().end(2)).isEqualTo(new Signal.End(2, 2));
    }

    @Test
    void raceLostEveryTimeIsTriedAgainLater() {
        long[] others = {0};
        store.faults((call, write, keys) -> {
            if (write && others[0]++ % 2 == 0) {
                new SignalBoard(store).raise(Map.of(1, new Signal.End(others[0], 1)));
            }
            return Fault.NONE;
        });
        assertThatThrownBy(() -> board.raise(Map.of(2, new Signal.End(2, 2)))).isInstanceOf(StoreException.class);
    }

    @Test
    void documentOfANewerReleaseIsRefused() {
        store.write(new Write.Insert(Keys.signal(),
                "{\"version\":2,\"sequences\":[],\"times\":[]}".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(board::read).rootCause().hasMessageContaining("format 2");
    }
}
