"""The staff pages: the queue, an order, its parcels, the stock, the messages."""
