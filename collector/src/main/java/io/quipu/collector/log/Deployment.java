package io.quipu.collector.log;

/**
 * What was fixed for a deployment's life when its log was first opened.
 *
 * @param version the format, {@link #VERSION}
 * @param partitions into how many partitions organizations are hashed
 */
record Deployment(int version, int partitions) {

    /** The format that this release writes; a newer one is refused. */
    static final int VERSION = 1;

    Deployment {
        if (version > VERSION) {
            throw new IllegalStateException("the deployment document has format " + version + ", this release knows "
                    + VERSION);
        }
    }
}
