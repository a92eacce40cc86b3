package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentSetTest {

    private record Count(int count) {
    }

    private final FaultyStore store = new FaultyStore();

    private DocumentSet read(String... keys) {
        DocumentSet documents = new DocumentSet(store);
        documents.read(List.of(keys));
        return documents;
    }

    private Optional<Count> stored(String key) {
        return read(key).find(key, Count.class);
    }

    @Test
    void insertsWhatWasAbsentAndReplacesWhatWasThere() {
        assertThat(read("a").write(Map.of("a", new Count(1)))).isEmpty();
        assertThat(read("a", "b").write(Map.of("a", new Count(2), "b", new Count(3)))).isEmpty();
        assertThat(stored("a")).contains(new Count(2));
        assertThat(stored("b")).contains(new Count(3));
    }

    @Test
    void whatSomebodyElseHasWrittenSinceIsAConflict() {
        DocumentSet early = read("a", "b");
        read("a").write(Map.of("a", new Count(1)));
        assertThat(early.write(Map.of("a", new Count(2), "b", new Count(3)))).containsExactly("a");
        assertThat(stored("a")).contains(new Count(1));
        assertThat(stored("b")).contains(new Count(3));
    }

    @Test
    void aSealedDocumentIsWrittenAgainstWhatWasReadAndAsItWasSealed() {
        read("a", "b").write(Map.of("a", new Count(1), "b", new Count(1)));
        DocumentSet documents = read("a", "b", "c");
        Map<String, Write> sealed = documents.seal(Map.of("a", new Count(2), "b", new Count(2), "c", new Count(2)));
        read("b").write(Map.of("b", new Count(7)));
        assertThat(documents.writeSealed(sealed.values())).containsExactly("b");
        assertThat(stored("a")).contains(new Count(2));
        assertThat(stored("b")).contains(new Count(7));
        assertThat(stored("c")).contains(new Count(2));
    }

    @Test
    void aSealedDocumentIsNotFoundNorSealedAgainUntilItIsReadAgain() {
        read("there").write(Map.of("there", new Count(1)));
        DocumentSet documents = read("there", "absent", "other");
        documents.seal(Map.of("there", new Count(2), "absent", new Count(2)));
        for (String key : List.of("there", "absent")) {
            assertThatThrownBy(() -> documents.find(key, Count.class)).isInstanceOf(IllegalStateException.class)
                    .hasMessage(key + " is sealed: what was read of it is not kept");
            assertThatThrownBy(() -> documents.seal(Map.of(key, new Count(3)))).isInstanceOf(IllegalStateException.class);
            assertThat(documents.wasRead(key)).isTrue();
        }
        assertThat(documents.contains("there")).isTrue();
        assertThat(documents.contains("absent")).isFalse();
        assertThat(documents.find("other", Count.class)).isEmpty();

        documents.read(List.of("there", "absent"));
        assertThat(documents.find("there", Count.class)).contains(new Count(1));
        assertThat(documents.find("absent", Count.class)).isEmpty();
        assertThat(documents.write(Map.of("there", new Count(4), "absent", new Count(4)))).isEmpty();
    }

    @Test
    void aDocumentExpiresAsItsContentSays() {
        DocumentSet documents = new DocumentSet(store, content -> ((Count) content).count());
        documents.read(List.of("a"));
        assertThat(documents.seal(Map.of("a", new Count(5))).get("a"))
                .usingRecursiveComparison().isEqualTo(new Write.Insert("a", Json.write(new Count(5)), 5));
    }
}
