package io.quipu.common.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ValueTest {

    @Test
    void equalNumbersAreEqualValues() {
        assertThat(Value.of(new BigDecimal("1.0"))).isEqualTo(Value.of(new BigDecimal("1")))
                .hasSameHashCodeAs(Value.of(new BigDecimal("1.000")));
        assertThat(Value.of(new BigDecimal("0.00"))).isEqualTo(Value.ZERO);
        assertThat(Value.of(BigDecimal.ONE)).isNotEqualTo(new Value.Text("1"));
        assertThat(new Value.Nothing()).isEqualTo(new Value.Nothing()).isNotEqualTo(new Value.Flag(false));
    }

    @Test
    void structuresAreEqualWhateverTheOrderOfTheirMembers() {
        TreeMap<String, Value> reversed = new TreeMap<>(java.util.Comparator.<String>reverseOrder());
        reversed.put("a", Value.of(BigDecimal.ONE));
        reversed.put("b", new Value.Flag(true));
        Value sorted = new Value.Structure(new TreeMap<>(Map.of("a", Value.of(new BigDecimal("1.0")),
                "b", new Value.Flag(true))));
        assertThat(new Value.Structure(reversed)).isEqualTo(sorted).hasSameHashCodeAs(sorted);
    }

    @Test
    void valuesDoNotChangeWithWhatTheyWereMadeOf() {
        List<Value> elements = new ArrayList<>(List.of(Value.ZERO));
        TreeMap<String, Value> members = new TreeMap<>(Map.of("a", Value.ZERO));
        Value.Sequence sequence = new Value.Sequence(elements);
        Value.Structure structure = new Value.Structure(members);
        elements.clear();
        members.clear();
        assertThat(sequence.elements()).hasSize(1);
        assertThat(structure.members()).hasSize(1);
        assertThatThrownBy(() -> structure.members().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void onlyANumberIsANumber() {
        assertThat(Value.of(new BigDecimal("2.50")).asNumber()).isEqualTo(new BigDecimal("2.5"));
        assertThatThrownBy(() -> new Value.Text("2.5").asNumber()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2.5");
    }
}
