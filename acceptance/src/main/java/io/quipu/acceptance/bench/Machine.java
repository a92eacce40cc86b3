package io.quipu.acceptance.bench;

/**
 * Where it was measured.
 *
 * @param cores that the Java machine may use
 * @param processor what the processor calls itself, or null
 * @param memoryMib of the machine
 * @param os the operating system
 * @param java the Java machine
 * @param measurable whether CPU, memory and bytes to disk could be measured
 */
record Machine(int cores, String processor, double memoryMib, String os, String java, boolean measurable) {

    private static final double KIB_OF_MIB = 1_024.0;

    /** This one. */
    static Machine here(OperatingSystem system) {
        return new Machine(Runtime.getRuntime().availableProcessors(), system.processor(),
                system.measurable() ? system.memoryKib() / KIB_OF_MIB : Double.NaN,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"), system.measurable());
    }

    /** In a line. */
    String text() {
        return cores + " cores" + (processor == null ? "" : " of " + processor) + ", " + Results.count(memoryMib)
                + " MiB of memory, " + os + ", " + java;
    }
}
