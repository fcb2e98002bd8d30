"""Every patch of aiokafka and FastStream, and every look into what they keep private."""
