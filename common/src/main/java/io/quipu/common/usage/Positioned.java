package io.quipu.common.usage;

/** A usage that stands somewhere in its partition's log. */
public interface Positioned {

    /** Its position in the log. */
    long position();

    /** Who used what, when. */
    Origin origin();

    /** Account, prices and plans, decided at acceptance. */
    Pin pin();
}
