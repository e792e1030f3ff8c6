"""Architecture decision records as they are written in the wild: Nygard's, MADR 2 to 4, adr-tools', log4brains'."""
