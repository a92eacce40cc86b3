package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;

/** One figure twice: as a document holds it, and as the log adds up to. Either may be absent. Mutable. */
final class Figure {

    private Value stored;
    private Value audited;

    /** Takes over the stored value. One that comes twice is right in no case. */
    void store(Value value) {
        stored = stored == null ? value : new Value.Text("twice: " + text(stored) + " and " + text(value));
    }

    void add(BigDecimal amount) {
        audited = Value.of(audited == null ? amount : audited.asNumber().add(amount));
    }

    void set(Value value) {
        audited = value;
    }

    /** What the document holds, or null. */
    Value stored() {
        return stored;
    }

    /** What it should hold, or null. */
    Value audited() {
        return audited;
    }

    boolean differs() {
        return stored == null ? audited != null : !stored.equals(audited);
    }

    private static String text(Value value) {
        return value instanceof Value.Numeric numeric ? numeric.number().toPlainString() : value.toString();
    }
}
